//! How tokens are spoken of.

use bank_contract::Money;
use bank_contract::tokens::TokenView;

/// "May read, and pay up to €50.00 at a time to 2 payees".
pub(super) fn may(token: &TokenView) -> String {
    token.pay_up_to.map_or_else(
        || "May read your accounts".to_owned(),
        |most| may_pay(most, token.payees.len()),
    )
}

fn may_pay(most: Money, payees: usize) -> String {
    let to = match payees {
        0 => "anybody".to_owned(),
        1 => "one payee".to_owned(),
        several => format!("{several} payees"),
    };
    format!("May read, and pay up to {most} at a time to {to}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;

    #[test]
    fn the_bounds_are_said_in_full() {
        let most = Money::from_minor(5_000, Currency::Eur).unwrap();
        for (payees, end) in [(0, "to anybody"), (1, "to one payee"), (2, "to 2 payees")] {
            assert_eq!(
                may_pay(most, payees),
                format!("May read, and pay up to €50.00 at a time {end}")
            );
        }
    }
}
