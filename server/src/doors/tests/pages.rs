//! What pages and files give away: nothing runs in them, nothing beside them is served.

use super::{Answer, House};
use axum::http::{Method, header};
use serde_json::json;

#[tokio::test]
async fn what_somebody_typed_is_shown_as_they_typed_it_and_runs_nowhere() {
    let house = House::with(&[]).await;
    let anna = house.sign_in("anna-weber").await;
    let typed = "</script><script>alert(1)</script>&lt;%3Cb%3E\"onload='x\\u0041{{7*7}}";
    let name = json!({ "account": house.world.from.account, "name": typed });
    let renamed = house
        .as_customer(&anna, "/api/call-json/accounts.rename", Some(&name))
        .await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    let listed = house
        .as_customer(&anna, "/api/call-json/accounts.list", Some(&json!({})))
        .await;
    assert!(
        listed.text.contains(&json!(typed).to_string()),
        "nothing is decoded, cut or replaced: {}",
        listed.text
    );
    let page = house.as_customer(&anna, "/home", None).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text
            .contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;%3Cb%3E"),
        "it is there, as text"
    );
    // Neither as an element, nor as the end of the script that carries the page's data.
    for live in ["<script>alert(1)", "alert(1)</script>"] {
        assert!(!page.text.contains(live), "{live}");
    }
    // Nor as an attribute: in a tag, the quotation mark would have ended the one before.
    let tags = page.text.split('<').filter_map(|tag| tag.split('>').next());
    for tag in tags {
        assert!(!tag.contains("\"onload"), "{tag}");
    }
}

#[tokio::test]
async fn a_payment_is_made_again_by_its_number_and_no_address_carries_it() {
    let house = House::with(&[]).await;
    let anna = house.sign_in("anna-weber").await;
    let paid = house
        .program(Method::POST, "/api/v1/transfers", &house.world.transfer("1.00"))
        .await;
    let entry = paid.json()["entry"].as_str().unwrap().to_owned();
    let receipt = house.as_customer(&anna, &format!("/payments/{entry}"), None).await;
    let links = receipt.text.split("href=\"/pay").skip(1);
    let links: Vec<&str> = links.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.contains(&format!("?again={entry}").as_str()), "{links:?}");
    let iban = house.world.to.iban.as_str();
    assert!(
        links
            .iter()
            .all(|link| !link.contains(iban) && !link.contains("amount"))
    );
    let again = house.as_customer(&anna, &format!("/pay?again={entry}"), None).await;
    assert!(
        again.text.contains(iban) && again.text.contains("Ben Okafor"),
        "the form finds it"
    );
    let typed = house
        .as_customer(
            &anna,
            "/pay?name=Eve+Stranger&iban=DE89370400440532013000&amount=5",
            None,
        )
        .await;
    assert!(!typed.text.contains("Eve Stranger") && !typed.text.contains("DE8937"));
}

#[tokio::test]
async fn passwords_are_masked_and_password_managers_may_fill_them_in() {
    let house = House::with(&[]).await;
    let anna = house.sign_in("anna-weber").await;
    for (page, autocomplete) in [
        (house.get("/sign-in/password").await, "current-password"),
        (
            house.as_customer(&anna, "/profile/password", None).await,
            "new-password",
        ),
    ] {
        let field = page
            .text
            .split("<input")
            .find(|input| input.contains(&format!("autocomplete=\"{autocomplete}\"")));
        let field = field.unwrap_or_else(|| panic!("no {autocomplete}: {}", page.text));
        let field = field.split('>').next().unwrap();
        assert!(field.contains("type=\"password\""), "{field}");
        assert!(!field.contains("onpaste") && !field.contains("readonly"), "{field}");
    }
}

#[tokio::test]
async fn every_page_of_a_customer_has_a_way_to_sign_out() {
    let house = House::with(&[]).await;
    let anna = house.sign_in("anna-weber").await;
    let account = format!("/accounts/{}", house.world.from.account);
    for path in ["/home", "/pay", "/cash", "/profile", "/accounts/new", &account] {
        let page = house.as_customer(&anna, path, None).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.contains("action=\"/api/call/identity.sign-out\""), "{path}");
    }
}

#[tokio::test]
async fn what_ends_with_the_session_is_gone_for_whoever_goes_back() {
    let house = House::with(&[]).await;
    let anna = house.sign_in("anna-weber").await;
    let out = house
        .as_customer(&anna, "/api/call-json/identity.sign-out", Some(&json!({})))
        .await;
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let back = house.as_customer(&anna, "/home", None).await;
    assert!(!back.text.contains("Anna") && back.headers[header::CACHE_CONTROL] == "no-store");
}

/// A site in a folder, with things beside it and hidden in it that are nobody's business.
struct Site(std::path::PathBuf);

impl Site {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("larch-{name}-{}", std::process::id()));
        for (path, text) in [
            ("secret.toml", "hunter2"),
            ("site/robots.txt", "User-agent: *"),
            ("site/pkg/larch.abc.js", "0"),
            ("site/.git/config", "hunter2"),
            ("site/.env", "hunter2"),
        ] {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn root(&self) -> String {
        self.0.join("site").to_string_lossy().into_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn nothing_beside_the_site_is_served_nothing_hidden_and_no_folder_is_listed() {
    let site = Site::new("outside");
    let house = House::with(&[("BANK_SITE_ROOT", &site.root())]).await;
    assert_eq!(house.get("/robots.txt").await.status, 200);
    assert_eq!(house.get("/pkg/larch.abc.js").await.status, 200);
    let is_nothing = |answer: &Answer, path: &str| {
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(
            !answer.text.contains("hunter2") && !answer.text.contains("larch.abc.js"),
            "{path}"
        );
    };
    for path in [
        "/../secret.toml",
        "/%2e%2e/secret.toml",
        "/..%2fsecret.toml",
        "/pkg/../../secret.toml",
        "/pkg/..%2F..%2Fsecret.toml",
        "/pkg/..%5c..%5csecret.toml",
        "/.git/config",
        "/%2egit/config",
        "/pkg%2F..%2F.env",
        "/.env",
        "/pkg/",
        "/pkg",
    ] {
        is_nothing(&house.get(path).await, path);
    }
}

#[tokio::test]
async fn what_is_for_developers_and_for_whoever_watches_is_not_at_the_banks_address() {
    let house = House::with(&[("BANK_DEVELOPMENT", "off")]).await;
    for path in ["/gallery", "/metrics", "/debug", "/server-status"] {
        let answer = house.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text.contains("larch_http"), "{path}");
    }
    let development = House::with(&[("BANK_DEVELOPMENT", "on")]).await;
    assert_eq!(development.get("/gallery").await.status, 200);
}
