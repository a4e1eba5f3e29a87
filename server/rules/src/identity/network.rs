//! Where somebody comes from, as far as an address tells it: the network and not the machine, and no place on a map,
//! for which the bank would have to ask others.

use std::net::IpAddr;

/// "203.0.113.x", `2001:db8:1::/48`, "a private network", "this machine": enough to recognise one's own network, and not
/// the whole address. Of IPv6 it is the first 48 bits, which providers hand out to one site (RFC 6177). Empty when no
/// address is known.
pub fn network_name(address: IpAddr) -> String {
    match address.to_canonical() {
        address if address.is_unspecified() => String::new(),
        address if address.is_loopback() => "this machine".to_owned(),
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            // Shared by a provider's customers (RFC 6598), which says as little as a private one.
            let shared = a == 100 && (64..128).contains(&b);
            if address.is_private() || address.is_link_local() || shared {
                format!("a private network ({a}.{b}.{c}.x)")
            } else {
                format!("{a}.{b}.{c}.x")
            }
        }
        IpAddr::V6(address) => {
            if address.is_unique_local() || address.is_unicast_link_local() {
                return "a private network".to_owned();
            }
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_named_and_never_the_machine_in_it() {
        for (address, name) in [
            ("203.0.113.77", "203.0.113.x"),
            ("::ffff:203.0.113.77", "203.0.113.x"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("2001:db8::1", "2001:db8:0::/48"),
            ("127.0.0.1", "this machine"),
            ("::1", "this machine"),
            ("10.1.2.3", "a private network (10.1.2.x)"),
            ("192.168.1.20", "a private network (192.168.1.x)"),
            ("169.254.9.9", "a private network (169.254.9.x)"),
            ("100.64.0.1", "a private network (100.64.0.x)"),
            ("100.128.0.1", "100.128.0.x"),
            ("fd00::1", "a private network"),
            ("fe80::1", "a private network"),
            ("0.0.0.0", ""),
            ("::", ""),
        ] {
            assert_eq!(network_name(address.parse().unwrap()), name, "{address}");
        }
    }
}
