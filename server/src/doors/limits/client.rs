//! Who counts as one client: an address, seen past as many proxies as are trusted.

use axum::http::HeaderMap;
use bank_rules::identity::network::network_name;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where the connection comes from. The listener puts it into each request.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// One client. With IPv6 the first half of the address, because the other half is the client's to choose
/// (RFC 7421). It is kept in memory only, and cannot be printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(…)")
    }
}

impl Client {
    /// The client at an address.
    pub(crate) fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let half = address.to_bits() & (u128::from(u64::MAX) << 64);
                Self(Ipv6Addr::from_bits(half).into())
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }

    /// Its network, in words, for whoever recognises their own by it.
    pub(crate) fn network(&self) -> String {
        network_name(self.0)
    }

    /// Who sends a request that came past so many proxies of our own. Each of them adds the address that it saw at the
    /// right end of `X-Forwarded-For`, so what stands further to the left is whatever the client liked to write. A
    /// request that did not come past all of them counts as its peer's.
    pub(crate) fn of(peer: Option<Peer>, hops: u8, headers: &HeaderMap) -> Self {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let seen = match hops.checked_sub(1) {
            Some(further) => forwarded(headers, further.into()).unwrap_or(peer),
            None => peer,
        };
        Self::at(seen)
    }
}

/// The address that has so many others to its right.
fn forwarded(headers: &HeaderMap, further: usize) -> Option<IpAddr> {
    let lines: Option<Vec<&str>> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|value| value.to_str().ok())
        .collect();
    let entry = lines?
        .into_iter()
        .rev()
        .flat_map(|line| line.rsplit(','))
        .nth(further)?;
    address(entry.trim())
}

/// An address as proxies write it: with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    bare.unwrap_or(text)
        .parse()
        .ok()
        .or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(hops: u8, lines: &[&str]) -> Client {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        headers.insert("forwarded", HeaderValue::from_static("for=9.9.9.9"));
        headers.insert("x-real-ip", HeaderValue::from_static("9.9.9.9"));
        Client::of(Some(Peer("10.0.0.1".parse().unwrap())), hops, &headers)
    }

    fn at(text: &str) -> Client {
        Client::at(text.parse().unwrap())
    }

    #[test]
    fn without_a_trusted_proxy_nothing_that_is_sent_changes_who_it_is() {
        for lines in [
            &[][..],
            &["1.2.3.4"],
            &["1.2.3.4, 5.6.7.8"],
            &["garbage"],
            &["127.0.0.1"],
        ] {
            assert_eq!(client(0, lines), at("10.0.0.1"), "{lines:?}");
        }
    }

    #[test]
    fn behind_proxies_only_what_they_wrote_themselves_counts() {
        for (hops, lines, expected) in [
            (1, &["1.2.3.4"][..], "1.2.3.4"),
            (1, &["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
            (1, &["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
            (2, &["1.2.3.4, 10.0.0.9"], "1.2.3.4"),
            (2, &["6.6.6.6, 1.2.3.4, 10.0.0.9"], "1.2.3.4"),
            (2, &["6.6.6.6, 1.2.3.4", "10.0.0.9"], "1.2.3.4"),
            (1, &["1.2.3.4:4711"], "1.2.3.4"),
            (1, &["  1.2.3.4  "], "1.2.3.4"),
            (1, &["[2001:db8::1]:443"], "2001:db8::1"),
            (1, &["[2001:db8::1]"], "2001:db8::1"),
            (1, &["2001:db8::1"], "2001:db8::1"),
            (1, &["::ffff:1.2.3.4"], "1.2.3.4"),
        ] {
            assert_eq!(client(hops, lines), at(expected), "{hops} {lines:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_came_past_too_few_proxies_counts_as_its_peer() {
        for (hops, lines) in [
            (1, &[][..]),
            (1, &[""]),
            (1, &["unknown"]),
            (1, &["1.2.3.4, unknown"]),
            (1, &["1.2.3.4,"]),
            (1, &["1.2.3"]),
            (1, &["1.2.3.4:99999"]),
            (1, &["[2001:db8::1"]),
            (1, &["\"1.2.3.4\""]),
            (2, &["1.2.3.4"]),
            (8, &["1.2.3.4, 5.6.7.8"]),
        ] {
            assert_eq!(client(hops, lines), at("10.0.0.1"), "{hops} {lines:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_client_and_ipv4_in_disguise_is_ipv4() {
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:1.2.3.4"), at("1.2.3.4"));
        assert_ne!(at("1.2.3.4"), at("1.2.3.5"));
    }

    #[test]
    fn a_client_is_not_printed() {
        assert_eq!(format!("{:?}", at("1.2.3.4")), "Client(…)");
    }
}
