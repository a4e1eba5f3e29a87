//! One message, part by part. Text is text: nothing in it becomes markup, a link or a button.

use super::card;
use super::places::href;
use super::talk::Talk;
use crate::design::{Badge, ButtonKind, Feed, Icon, LinkButton, Money, dates};
use bank_contract::accounts::AccountView;
use bank_contract::assistant::{Choice, Figure, MessageView, Part, Place, Said, Speaker};
use bank_contract::transfers::Receipt;
use chrono::NaiveDate;
use leptos::prelude::*;

/// What the customer has just said, before the bank has taken it in.
pub(super) fn own_words(text: &str) -> AnyView {
    view! {
        <article class="said said-own said-on-its-way">
            <h3 class="visually-hidden">"You"</h3>
            {text_view(text)}
        </article>
    }
    .into_any()
}

/// A message that is not kept yet, to be read: nothing in it can be pressed or take the focus, for it is drawn anew once it is
/// kept. What is there to be pressed alone, and rows that stand under their days, come then.
pub(super) fn meanwhile(parts: Vec<Part>) -> AnyView {
    let part = |part: Part| match part {
        Part::Text { text } => text_view(&text),
        Part::Figures { title, figures } => figures_view(title, figures, Linked::NotYet),
        Part::Accounts { accounts } => accounts_view(accounts, Linked::NotYet),
        Part::Receipt { receipt } => receipt_view(*receipt, Linked::NotYet),
        Part::Article { slug, title, quote } => article_view(&slug, title, &quote, Linked::NotYet),
        Part::Signed { .. }
        | Part::Transactions { .. }
        | Part::Card { .. }
        | Part::Choices { .. }
        | Part::Link { .. }
        | Part::HandedOver { .. } => ().into_any(),
    };
    view! { <div class="said">{parts.into_iter().map(part).collect_view()}</div> }.into_any()
}

/// Whether what is shown leads to where it is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Linked {
    /// It is not kept yet.
    NotYet,
    Yes,
}

/// A message. Without a talk nothing in it can be pressed, as in the gallery.
pub(crate) fn shown(message: MessageView, talk: Option<Talk>) -> AnyView {
    // Whose words they are is seen by where they stand. That a person answers is worth a line of its own.
    let (class, who_class, who) = match message.by {
        Speaker::Customer => ("said said-own", "visually-hidden", "You"),
        Speaker::Assistant => ("said", "visually-hidden", "Larch"),
        Speaker::Person => ("said said-person", "said-who", "A person at Larch"),
    };
    let signed = message.parts.iter().find_map(|part| match part {
        Part::Signed { name } => Some(format!("{name} at Larch")),
        _ => None,
    });
    let who = signed.unwrap_or_else(|| who.to_owned());
    let (number, at) = (message.number, message.at);
    let parts = message
        .parts
        .into_iter()
        .map(|part| part_view(part, number, at.date(), talk))
        .collect_view();
    view! {
        <article class=class>
            <h3 class=who_class>
                {who} <span class="visually-hidden">{format!(", {}", dates::moment(at))}</span>
            </h3>
            {parts}
        </article>
    }
    .into_any()
}

fn part_view(part: Part, number: u32, today: NaiveDate, talk: Option<Talk>) -> AnyView {
    match part {
        Part::Text { text } => text_view(&text),
        // It stands above the message.
        Part::Signed { .. } => ().into_any(),
        Part::Figures { title, figures } => figures_view(title, figures, Linked::Yes),
        Part::Accounts { accounts } => accounts_view(accounts, Linked::Yes),
        Part::Transactions { rows, more } => view! {
            <div class="said-block">
                <Feed rows today nested=true />
                {more
                    .then(|| {
                        view! {
                            <p class="muted">
                                "There are more than these. " <a href="/home">"All transactions"</a>
                            </p>
                        }
                    })}
            </div>
        }
        .into_any(),
        Part::Receipt { receipt } => receipt_view(*receipt, Linked::Yes),
        Part::Card { pending } => card::card(*pending, talk),
        Part::Choices { choices } => choices_view(choices, number, talk),
        Part::Link { label, place } => view! {
            <p class="said-link">
                <LinkButton href=href(&place) kind=ButtonKind::Quiet>
                    {label}
                </LinkButton>
            </p>
        }
        .into_any(),
        Part::Article { slug, title, quote } => article_view(&slug, title, &quote, Linked::Yes),
        Part::HandedOver { summary, elsewhere, .. } => handed_over(summary, elsewhere),
    }
}

/// A paragraph for each line.
fn text_view(text: &str) -> AnyView {
    let paragraphs: Vec<String> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    let paragraph = |line: String| view! { <p>{line}</p> };
    view! { <div class="said-text">{paragraphs.into_iter().map(paragraph).collect_view()}</div> }.into_any()
}

/// A figure's name, which leads to where the figure is from.
fn figure_name(label: String, place: Option<&Place>, linked: Linked) -> AnyView {
    match place.filter(|_| linked == Linked::Yes).map(href) {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    }
}

fn figures_view(title: String, figures: Vec<Figure>, linked: Linked) -> AnyView {
    let row = |figure: Figure| {
        view! {
            <div class="facts-row">
                <dt>{figure_name(figure.label, figure.place.as_ref(), linked)}</dt>
                <dd>{figure.money.map(|money| view! { <Money value=money /> })} " " {figure.value}</dd>
            </div>
        }
    };
    let mut figures = figures.into_iter();
    let answer = figures.next().map(|first| {
        view! {
            <p class="figure-answer">
                {first.money.map(|money| view! { <Money value=money /> })} {first.value}
                <span class="figure-of">{figure_name(first.label, first.place.as_ref(), linked)}</span>
            </p>
        }
    });
    let rows: Vec<_> = figures.map(row).collect();
    view! {
        <section class="said-block">
            <h4 class="said-title">{title}</h4>
            {answer}
            {(!rows.is_empty()).then(|| view! { <dl class="facts">{rows}</dl> })}
        </section>
    }
    .into_any()
}

fn accounts_view(accounts: Vec<AccountView>, linked: Linked) -> AnyView {
    let row = move |account: AccountView| {
        let href = format!("/accounts/{}", account.account);
        let content = view! {
            <span class="row-text">
                <span class="row-title">{account.name}</span>
                <span class="row-note code">{account.iban.grouped()}</span>
            </span>
            <span class="row-end">
                <Money value=account.available />
            </span>
            <Icon name="chevron-right" />
        };
        let row = match linked {
            Linked::Yes => view! {
                <a class="row-link" href=href>
                    {content}
                </a>
            }
            .into_any(),
            Linked::NotYet => view! { <div class="row-link">{content}</div> }.into_any(),
        };
        view! { <li>{row}</li> }
    };
    view! { <ul class="said-block rows">{accounts.into_iter().map(row).collect_view()}</ul> }.into_any()
}

fn receipt_view(receipt: Receipt, linked: Linked) -> AnyView {
    let when = dates::moment(receipt.at);
    let link = (linked == Linked::Yes).then(|| {
        view! {
            <a class="tap" href=format!("/payments/{}", receipt.entry)>
                "See the receipt"
            </a>
        }
    });
    view! {
        <section class="said-block">
            <h4 class="said-title">{receipt.counterparty}</h4>
            <p class="figure-answer">
                <Money value=receipt.amount signed=true />
                <span class="figure-of">{when}</span>
            </p>
            {receipt.reversed.then(|| view! { <p><Badge text="Sent back" /></p> })}
            {(!receipt.reference.is_empty()).then(|| view! { <p class="muted">{receipt.reference}</p> })}
            {link}
        </section>
    }
    .into_any()
}

fn choices_view(choices: Vec<Choice>, message: u32, talk: Option<Talk>) -> AnyView {
    // Once the conversation has gone on, it is no question any more.
    let over = move || {
        talk.is_some_and(|talk| {
            talk.sending.with(Option::is_some)
                || talk
                    .messages
                    .with(|all| all.last().is_some_and(|last| last.number > message))
        })
    };
    let button = move |(index, choice): (usize, Choice)| {
        let press = move |_| {
            let (Some(talk), Ok(choice)) = (talk, u16::try_from(index)) else {
                return;
            };
            if !over() {
                talk.say(Said::Chosen { message, choice });
            }
        };
        view! {
            <li>
                // It keeps the focus when it is over, so it is not taken away from under a keyboard.
                <button type="button" class="reply" aria-disabled=move || over().then_some("true") on:click=press>
                    <span>{choice.label}</span>
                    {choice.hint.map(|hint| view! { <span class="reply-hint">{hint}</span> })}
                </button>
            </li>
        }
    };
    view! { <ul class="replies">{choices.into_iter().enumerate().map(button).collect_view()}</ul> }.into_any()
}

fn article_view(slug: &str, title: String, quote: &str, linked: Linked) -> AnyView {
    let link = (linked == Linked::Yes).then(|| {
        view! {
            <a class="tap" href=href(&Place::Help(slug.to_owned()))>
                "Read the whole article"
            </a>
        }
    });
    view! {
        <section class="said-block">
            <h4 class="said-title">{title}</h4>
            <blockquote class="said-quote">{text_view(quote)}</blockquote>
            {link}
        </section>
    }
    .into_any()
}

fn handed_over(summary: Vec<String>, elsewhere: bool) -> AnyView {
    let (title, text) = if elsewhere {
        (
            "This was added to what a person has already",
            "They answer in your other conversation, marked “With a person”. What you write here from now on does not reach them.",
        )
    } else {
        (
            "A person at Larch has this now",
            "They answer here, in this conversation. You can go on writing, and need not explain anything twice.",
        )
    };
    let lines = summary.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <section class="said-block">
            <h4 class="said-title">{title}</h4>
            <p>{text}</p>
            <details class="said-details">
                <summary>
                    <Icon name="chevron-right" />
                    "What they were told"
                </summary>
                <ul>{lines}</ul>
            </details>
        </section>
    }
    .into_any()
}
