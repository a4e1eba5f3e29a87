//! All articles by topic, and a field to look for one.

use crate::api::call;
use crate::design::{ActionRow, Button, ButtonKind, EmptyState, LinkButton, PageHead, TextField};
use crate::errors::{retry_of, waiting};
use bank_contract::BankError;
use bank_contract::help::{ArticleLine, ListArticles};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;

#[component]
pub fn HelpPage() -> impl IntoView {
    let query = use_query_map();
    let about = Memo::new(move |_| {
        query
            .with(|query| query.get("about"))
            .filter(|about| !about.trim().is_empty())
    });
    // With what was looked for: while other words are on their way, the lines are still those of the ones before.
    let articles = Resource::new_blocking(
        move || about.get(),
        |about| async move {
            let lines = call(ListArticles { about: about.clone() }).await?;
            Ok::<_, BankError>((about, lines))
        },
    );
    let list = waiting(6, retry_of(move || articles.refetch()), move || async move {
        Ok(match articles.await? {
            (Some(about), lines) => found(&about, lines),
            (None, lines) => by_topic(lines),
        })
    });
    let words = RwSignal::new(about.get_untracked().unwrap_or_default());
    Effect::new(move |seen: Option<()>| {
        // After the first time: back and forward lead to other words.
        let about = about.get().unwrap_or_default();
        if seen.is_some() && words.get_untracked().trim() != about.trim() {
            words.set(about);
        }
    });
    // The page stays, so that the focus does: what was found is said.
    let told = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(Ok((Some(about), lines))) = articles.get() {
            told.set(count(&about, lines.len()));
        }
    });
    let navigate = use_navigate();
    let on_search = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let about = words.get_untracked();
        let to = match about.trim() {
            "" => "/help".to_owned(),
            about => format!("/help?about={}", Url::escape(about)),
        };
        navigate(&to, NavigateOptions::default());
    };
    view! {
        <Title text="Help" />
        <PageHead title="Help" />
        <form class="help-search" action="/help" on:submit=on_search role="search">
            <TextField label="What is it about?" name="about" value=words maxlength=200 />
            <Button submit=true>"Search"</Button>
        </form>
        <p class="visually-hidden" role="status">
            {move || told.get()}
        </p>
        {list}
        {ask()}
    }
}

fn count(about: &str, found: usize) -> String {
    let articles = match found {
        0 => "No article".to_owned(),
        1 => "One article".to_owned(),
        count => format!("{count} articles"),
    };
    format!("{articles} about “{}”", about.trim())
}

/// The way from the articles to the assistant.
pub(super) fn ask() -> AnyView {
    view! {
        <section class="section help-ask">
            <h2>"Not answered yet?"</h2>
            <p class="muted">"The assistant knows these articles and your accounts, and calls a person when you want one."</p>
            <LinkButton href="/assistant" kind=ButtonKind::Quiet>
                "Ask the assistant"
            </LinkButton>
        </section>
    }
    .into_any()
}

fn rows(lines: Vec<ArticleLine>) -> AnyView {
    let row = |line: ArticleLine| {
        view! {
            <li>
                <ActionRow href=format!("/help/{}", line.slug) title=line.title />
            </li>
        }
    };
    view! { <ul class="rows">{lines.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// The articles that have to do with some words.
pub(crate) fn found(about: &str, lines: Vec<ArticleLine>) -> AnyView {
    if lines.is_empty() {
        return view! {
            <EmptyState
                icon="search"
                title="No article has these words"
                text="Try others, or ask the assistant in your own."
            >
                <LinkButton href="/help" kind=ButtonKind::Quiet>
                    "See all articles"
                </LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{count(about, lines.len())}</h2>
                <a class="tap" href="/help">
                    "See all articles"
                </a>
            </div>
            {rows(lines)}
        </section>
    }
    .into_any()
}

/// What stands below each topic, in the order in which the topics come first.
fn topics(lines: Vec<ArticleLine>) -> Vec<(String, Vec<ArticleLine>)> {
    let mut topics: Vec<(String, Vec<ArticleLine>)> = Vec::new();
    for line in lines {
        match topics.iter_mut().find(|(topic, _)| *topic == line.topic) {
            Some((_, lines)) => lines.push(line),
            None => topics.push((line.topic.clone(), vec![line])),
        }
    }
    topics
}

pub(crate) fn by_topic(lines: Vec<ArticleLine>) -> AnyView {
    if lines.is_empty() {
        return view! {
            <EmptyState
                icon="chat-dots"
                title="The help is not there at the moment"
                text="All else in the bank is. Please look again later."
            />
        }
        .into_any();
    }
    let section = |(topic, lines): (String, Vec<ArticleLine>)| {
        view! {
            <section class="section">
                <h2>{topic}</h2>
                {rows(lines)}
            </section>
        }
    };
    let sections = topics(lines).into_iter().map(section).collect_view();
    view! { <div class="help-topics">{sections}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_stand_below_their_topics_in_the_order_of_the_first_of_each() {
        let line = |slug: &str, topic: &str| ArticleLine {
            slug: slug.into(),
            title: slug.into(),
            topic: topic.into(),
        };
        let lines = vec![line("a", "Payments"), line("b", "Signing in"), line("c", "Payments")];
        let found: Vec<(String, Vec<String>)> = topics(lines)
            .into_iter()
            .map(|(topic, lines)| (topic, lines.into_iter().map(|line| line.slug).collect()))
            .collect();
        let expected = [
            ("Payments".to_owned(), vec!["a".to_owned(), "c".to_owned()]),
            ("Signing in".to_owned(), vec!["b".to_owned()]),
        ];
        assert_eq!(found, expected);
    }
}
