//! The form: to whom, which accounts, what, and for how long. The review and the signature come after it.

use super::wish::{CODE, DAY, EMAIL, JOINT, LIVES, PAY, VIEW, Wish};
use crate::accounts::Choice;
use crate::api::ask;
use crate::design::{Button, DateField, Notice, NoticeKind, SelectField, TextField, keep_ticked};
use crate::errors::{After, Doing, focus_first_wrong, form_of};
use crate::limits::Worded;
use crate::pending::Asking;
use bank_contract::accounts::AccountView;
use bank_contract::mandates::NewMandate;
use chrono::NaiveDate;
use leptos::html::Input;
use leptos::prelude::*;
use web_sys::SubmitEvent;

/// `made` gets the mandate that comes of it.
#[component]
pub(super) fn MandateForm(
    accounts: Vec<AccountView>,
    today: NaiveDate,
    made: RwSignal<Option<NewMandate>>,
    asking: Asking,
) -> impl IntoView {
    let wish = Wish::new(accounts, today);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        wish.fields.clear();
        doing.clear();
        let Some(grant) = wish.read() else {
            return focus_first_wrong(form.as_ref());
        };
        if !wish.fields.check(&grant, form.as_ref()) {
            return;
        }
        doing.submit(wish.fields, form, async move {
            asking.take(ask(grant).await?, |new| {
                made.try_set(Some(new));
                Ok(After::Leave)
            })
        });
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            {whom(wish)}
            {which(wish)}
            {what(wish)}
            {until(wish)}
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Review"
                </Button>
            </div>
        </form>
    }
}

fn whom(wish: Wish) -> AnyView {
    let fields = wish.fields;
    let address = move || {
        Wish::is(wish.to, EMAIL).then(|| {
            view! {
                <TextField
                    label="Their e-mail address"
                    name="email"
                    value=wish.email
                    error=fields.error("email")
                    hint="The one that they confirmed at Larch. Nobody else can accept it."
                    maxlength=254
                />
            }
        })
    };
    view! {
        <TextField
            label="Who is it?"
            name="name"
            value=wish.name
            error=fields.error("name")
            hint="As you call them, such as “My sister”."
            maxlength=70
        />
        <Choice
            legend="How do they get it?"
            name="to"
            value=wish.to
            options=vec![(CODE, "By a code from me"), (EMAIL, "At their e-mail address")]
        />
        {address}
    }
    .into_any()
}

fn which(wish: Wish) -> AnyView {
    let error = wish.fields.error("accounts");
    let tick = move |account: AccountView| {
        let id = account.account;
        let ticked = NodeRef::<Input>::new();
        keep_ticked(ticked, Signal::derive(move || wish.has_chosen(id)), move || {
            wish.flip(id);
        });
        view! {
            <label class="segment">
                <input
                    type="checkbox"
                    class="segment-input"
                    name="accounts"
                    value=id.to_string()
                    node_ref=ticked
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="field-accounts-error"
                    on:change=move |_| wish.flip(id)
                />
                <span>{account.name}</span>
            </label>
        }
    };
    let ticks = wish.choices().into_iter().map(tick).collect_view();
    let said = move || {
        if wish.has_chosen_none() {
            "None chosen: all of them, those that you open later included."
        } else {
            "Only those that are chosen."
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field-label">"Which accounts?"</legend>
            <div class="segments">{ticks}</div>
            <p class="field-error" id="field-accounts-error" aria-live="polite">
                {move || error.get()}
            </p>
            <p class="field-hint" aria-live="polite">
                {said}
            </p>
        </fieldset>
    }
    .into_any()
}

fn what(wish: Wish) -> AnyView {
    let said = move || {
        if Wish::is(wish.may, PAY) {
            "They see the balance and what happened, and pay within the bounds that you set here. Beyond them, you are asked."
        } else if Wish::is(wish.may, JOINT) {
            "The two of you hold the account: they see all of it and move its money as you can. Choose which account above."
        } else {
            "They see the balance and what happened. They cannot move money."
        }
    };
    let error = wish.fields.error("power");
    let bounds = move || Wish::is(wish.may, PAY).then(|| bounds(wish));
    view! {
        <div class="field">
            <Choice
                legend="What may they do?"
                name="may"
                value=wish.may
                options=vec![(VIEW, "Look"), (PAY, "Look and pay"), (JOINT, "Hold it with me")]
            />
            <p class="field-error" aria-live="polite">
                {move || error.get()}
            </p>
            <p class="field-hint" aria-live="polite">
                {said}
            </p>
        </div>
        {bounds}
    }
    .into_any()
}

/// What is asked only where they may pay.
fn bounds(wish: Wish) -> AnyView {
    let currency = Signal::derive(move || wish.currency());
    wish.reach.inputs(wish.fields, currency, WORDED)
}

const WORDED: Worded = Worded {
    boundless: "Left empty, they may pay the amount above again and again, up to your daily limit.",
    whom: "Whom may they pay without asking you?",
    said: payees_said,
};

fn payees_said(open: bool) -> AnyView {
    if open {
        view! { <Notice kind=NoticeKind::Pending>"Without an IBAN they may pay anybody."</Notice> }.into_any()
    } else {
        view! { <Notice>"A payment to anybody else waits for your yes, on your home page."</Notice> }.into_any()
    }
}

fn until(wish: Wish) -> AnyView {
    let fields = wish.fields;
    let lives = LIVES.map(|(life, label)| (life.to_owned(), label.to_owned())).to_vec();
    let earliest = wish.today.succ_opt().unwrap_or(wish.today);
    let day = move || {
        Wish::is(wish.life, DAY).then(|| {
            view! {
                <DateField
                    label="The last day"
                    name="until_day"
                    value=wish.day
                    error=fields.error("until_day")
                    hint="On this day they may still act. It ends at midnight."
                    earliest
                />
            }
        })
    };
    view! {
        <SelectField
            label="For how long?"
            name="until"
            value=wish.life
            options=Signal::stored(lives)
            error=fields.error("until")
            hint="You can end it earlier, at any time."
        />
        {day}
    }
    .into_any()
}
