//! One article.

use super::list::ask;
use crate::api::call;
use crate::design::{ActionRow, PageHead};
use crate::errors::{retry_of, waiting_page};
use bank_contract::BankError;
use bank_contract::help::{ArticleLine, ArticleView, ShowArticle};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn ArticlePage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug")));
    let article = Resource::new_blocking(
        move || slug.get(),
        |slug| async move {
            let slug = slug.ok_or(BankError::NotFound)?;
            call(ShowArticle { slug }).await
        },
    );
    waiting_page("Help", 6, retry_of(move || article.refetch()), move || async move {
        Ok(shown(article.await?))
    })
}

fn shown(article: ArticleView) -> AnyView {
    let paragraphs = article
        .paragraphs
        .into_iter()
        .map(|text| view! { <p>{text}</p> })
        .collect_view();
    let related = article.related;
    let more = (!related.is_empty()).then(|| {
        let row = |line: ArticleLine| {
            view! {
                <li>
                    <ActionRow href=format!("/help/{}", line.slug) title=line.title />
                </li>
            }
        };
        view! {
            <section class="section">
                <h2>"See also"</h2>
                <ul class="rows">{related.into_iter().map(row).collect_view()}</ul>
            </section>
        }
    });
    let title = article.title.clone();
    view! {
        <Title text=title.clone() />
        <PageHead title back="/help" />
        <div class="stack prose">{paragraphs}</div>
        {more}
        {ask()}
    }
    .into_any()
}
