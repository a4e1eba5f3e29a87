//! The help's articles. They come with the assistant, which quotes them.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::BankError;
use bank_contract::help::{ArticleLine, ArticleView, ListArticles, ShowArticle};

impl Handler for ListArticles {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<ArticleLine>, Refusal> {
        let about = self.about.as_deref().map(str::trim).filter(|about| !about.is_empty());
        let assistant = cx.bank.assistant.as_ref();
        Ok(assistant.map_or_else(Vec::new, |assistant| assistant.articles(about)))
    }
}

impl Handler for ShowArticle {
    async fn handle(self, cx: &mut Context<'_>) -> Result<ArticleView, Refusal> {
        let assistant = cx.bank.assistant.as_ref();
        let article = assistant.and_then(|assistant| assistant.article(&self.slug));
        Ok(article.ok_or(BankError::NotFound)?)
    }
}
