//! The demo's cash desk: money comes from nowhere here, so that there is something to try with.

use super::draft::{Draft, Form};
use super::key::WishKey;
use super::late::use_late;
use super::onward::onward;
use super::pay_form::read_amount;
use super::purse::{Purse, of_holder};
use crate::accounts::Choice;
use crate::api::{ask, call};
use crate::design::{AmountInput, Button, EmptyState, LinkButton, Notice, PageHead, SelectField};
use crate::errors::{After, Doing, Fields, focus_first_wrong, form_of, retry_of, waiting};
use bank_contract::accounts::ListAccounts;
use bank_contract::transfers::{Deposit, Receipt, Withdraw};
use bank_contract::{AccountId, Answer, BankError, IdempotencyKey, Money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use web_sys::SubmitEvent;

const IN: &str = "in";
const OUT: &str = "out";

#[component]
pub fn CashPage() -> impl IntoView {
    let query = use_query_map();
    let accounts = Resource::new_blocking(|| (), |()| call(ListAccounts {}));
    let form = waiting(3, retry_of(move || accounts.refetch()), move || async move {
        // Cash is for whoever the money belongs to, and that may be two.
        let accounts = of_holder(accounts.await?);
        let (account, out) = query.with_untracked(|query| {
            let out = query.get_str("do") == Some(OUT);
            (query.get("account").unwrap_or_default(), out)
        });
        Ok(Purse::new(accounts).map_or_else(no_account, |purse| view! { <CashForm purse account out /> }.into_any()))
    });
    view! {
        <Title text="Cash desk" />
        <PageHead title="Cash desk" />
        <div class="stack-lg">
            <Notice>
                "This is play money, to try the bank out with. What you pay in is charged to nobody, and what you take out \
                 reaches nobody's pocket: it only stands in the books of this demo."
            </Notice>
            {form}
        </div>
    }
}

fn no_account() -> AnyView {
    view! {
        <EmptyState
            icon="cash-stack"
            title="There is no account to pay into"
            text="Open one, and the cash desk fills it."
        >
            <LinkButton href="/accounts/new">"Open an account"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// The form's fields, by the names that the operations give them.
#[derive(Clone, Copy)]
struct Desk {
    purse: Purse,
    way: RwSignal<String>,
    account: RwSignal<String>,
    amount: RwSignal<String>,
    fields: Fields,
    key: WishKey,
}

impl Desk {
    fn new(purse: Purse, account: &str, out: bool) -> Self {
        let account = RwSignal::new(purse.start(account));
        let amount = RwSignal::new(String::new());
        Self {
            purse,
            way: RwSignal::new(if out { OUT } else { IN }.to_owned()),
            account,
            amount,
            fields: Fields::new(vec![("account", account), ("amount", amount)]),
            key: WishKey::new(),
        }
    }

    /// Both fields are read, so that all that is wrong is said at once.
    fn read(self) -> Option<(AccountId, Money)> {
        let typed = self.account.get_untracked();
        let id = self
            .fields
            .read("account", typed.parse().map_err(|_| "Choose an account."));
        let sum = read_amount(self.fields, &self.amount.get_untracked(), self.purse.currency(&typed));
        id.zip(sum)
    }

    fn is_out(self) -> bool {
        self.way.with(|way| way == OUT)
    }

    fn draft(self) -> Draft {
        Draft::cash_out(self.account.get_untracked(), self.amount.get_untracked())
    }

    /// Somebody who comes back from the review to change something finds the same account and amount.
    fn take_up(self) {
        let kept = Draft::take().filter(|kept| kept.is_for(Form::CashOut) && self.purse.holds(&kept.from));
        if let Some(kept) = kept {
            self.account.set(kept.from);
            self.amount.set(kept.amount);
        }
    }

    fn inputs(self) -> AnyView {
        let Self {
            purse,
            way,
            account,
            amount,
            fields,
            ..
        } = self;
        view! {
            <Choice
                legend="What would you like to do?"
                name="way"
                value=way
                options=vec![(IN, "Pay in"), (OUT, "Take out")]
            />
            <SelectField
                label="Account"
                name="account"
                value=account
                options=Signal::stored(purse.options(&account.get_untracked()))
                error=fields.error("account")
            />
            <AmountInput
                label="Amount"
                name="amount"
                currency=Signal::derive(move || purse.currency(&account.get()))
                value=amount
                error=fields.error("amount")
            />
        }
        .into_any()
    }
}

#[component]
fn CashForm(purse: Purse, account: String, out: bool) -> impl IntoView {
    let desk = Desk::new(purse, &account, out);
    let (fields, key) = (desk.fields, desk.key);
    let (doing, late) = (Doing::new(), use_late());
    Effect::new(move |_| {
        if out {
            desk.take_up();
        }
    });
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        fields.clear();
        doing.clear();
        let Some((id, sum)) = desk.read() else {
            return focus_first_wrong(form.as_ref());
        };
        let key_now = match key.get() {
            Ok(key) => key,
            Err(error) => return doing.refuse(error),
        };
        let out = untrack(move || desk.is_out());
        let (navigate, draft, asked) = (navigate.clone(), desk.draft(), doing.asked());
        let what = format!("{sum} at the cash desk");
        doing.submit(fields, form, async move {
            let answer = over_the_desk(out, id, sum, key_now).await;
            key.settle(&answer);
            if asked.is_left() {
                late.answered(&what, answer);
                return Ok(After::Stay);
            }
            let answer = answer.map_err(beside_the_amount)?;
            let (next, waits) = (onward(&answer), matches!(answer, Answer::Waits(_)));
            Ok(After::Go(Box::new(move || {
                // What waits for a yes is remembered, so that it can be changed.
                if waits {
                    draft.keep();
                }
                navigate(&next, NavigateOptions::default());
            })))
        });
    };
    let label = move || if desk.is_out() { "Take out" } else { "Pay in" };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            {desk.inputs()} {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    {label}
                </Button>
            </div>
        </form>
    }
}

/// What is too much is said beside the amount, where it is mended.
fn beside_the_amount(error: BankError) -> BankError {
    match error {
        BankError::InsufficientFunds { .. } => BankError::invalid("amount", error.message()),
        other => other,
    }
}

async fn over_the_desk(
    out: bool,
    account: AccountId,
    amount: Money,
    key: IdempotencyKey,
) -> Result<Answer<Receipt>, BankError> {
    if out {
        ask(Withdraw { account, amount, key }).await
    } else {
        ask(Deposit { account, amount, key }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;

    #[test]
    fn too_much_is_said_beside_the_amount_and_all_else_as_it_is() {
        let available = Money::from_minor(3_000, Currency::Eur).unwrap();
        let said = beside_the_amount(BankError::InsufficientFunds { available });
        assert_eq!(
            said.field("amount"),
            Some("There is not enough money in this account: €30.00 is available.")
        );
        for other in [BankError::AccountClosed, BankError::Unreachable, BankError::OwnersLimit] {
            assert_eq!(beside_the_amount(other.clone()), other);
        }
    }
}
