//! How tokens are spoken of.

use bank_contract::Money;
use bank_contract::limits::Total;
use bank_contract::tokens::TokenView;

/// "May read, and pay up to €50.00 at a time to 2 payees".
pub(super) fn may(token: &TokenView) -> String {
    token.pay_up_to.map_or_else(
        || "May read your accounts".to_owned(),
        |most| may_pay(most, token.total, token.payees.len()),
    )
}

/// "€120.00 of €900.00 a month are spent"; none where nothing is added up.
pub(super) fn spent(token: &TokenView) -> Option<String> {
    let (total, spent) = (token.total?, token.spent?);
    Some(format!("{spent} of {} {} is spent", total.most, total.per.words()))
}

fn may_pay(most: Money, total: Option<Total>, payees: usize) -> String {
    let to = match payees {
        0 => "anybody".to_owned(),
        1 => "one payee".to_owned(),
        several => format!("{several} payees"),
    };
    let total = total.map_or_else(String::new, |total| {
        format!(" and {} {}", total.most, total.per.words())
    });
    format!("May read, and pay up to {most} at a time{total} to {to}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_contract::limits::Period;

    #[test]
    fn the_bounds_are_said_in_full() {
        let most = Money::from_minor(5_000, Currency::Eur).unwrap();
        for (payees, end) in [(0, "to anybody"), (1, "to one payee"), (2, "to 2 payees")] {
            assert_eq!(
                may_pay(most, None, payees),
                format!("May read, and pay up to €50.00 at a time {end}")
            );
        }
        let total = Some(Total {
            most: Money::from_minor(90_000, Currency::Eur).unwrap(),
            per: Period::Month,
        });
        assert_eq!(
            may_pay(most, total, 1),
            "May read, and pay up to €50.00 at a time and €900.00 a month to one payee"
        );
    }
}
