//! The demo's cash desk: money comes from nowhere here, so that there is something to try with.

use super::key::WishKey;
use super::onward::onward;
use super::pay_form::read_amount;
use super::purse::Purse;
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
        let accounts = accounts.await?.accounts;
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
                "This is play money. Pay in as much as you like to try the bank out: nothing is charged to you, and \
                 nothing you take out here reaches your pocket."
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

#[component]
fn CashForm(purse: Purse, account: String, out: bool) -> impl IntoView {
    let way = RwSignal::new(if out { OUT } else { IN }.to_owned());
    let account = RwSignal::new(purse.start(&account));
    let amount = RwSignal::new(String::new());
    let fields = Fields::new(vec![("account", account), ("amount", amount)]);
    let doing = Doing::new();
    let key = WishKey::new();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        fields.clear();
        doing.clear();
        let typed = account.get_untracked();
        let id = fields.read("account", typed.parse().map_err(|_| "Choose an account."));
        let sum = read_amount(fields, &amount.get_untracked(), purse.currency(&typed));
        let Some((id, sum)) = id.zip(sum) else {
            return focus_first_wrong(form.as_ref());
        };
        let key_now = match key.get() {
            Ok(key) => key,
            Err(error) => return doing.refuse(error),
        };
        let out = way.with_untracked(|way| way == OUT);
        let navigate = navigate.clone();
        doing.submit(fields, form, async move {
            let answer = over_the_desk(out, id, sum, key_now).await;
            key.settle(&answer);
            navigate(&onward(&answer?), NavigateOptions::default());
            Ok(After::Leave)
        });
    };
    let label = move || {
        if way.with(|way| way == OUT) {
            "Take out"
        } else {
            "Pay in"
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
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
                options=Signal::stored(purse.options())
                error=fields.error("account")
            />
            <AmountInput
                label="Amount"
                name="amount"
                currency=Signal::derive(move || purse.currency(&account.get()))
                value=amount
                error=fields.error("amount")
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    {label}
                </Button>
            </div>
        </form>
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
