//! What an agent may do with money: within its token's bounds, once, and beyond them only with its customer.

use super::{House, call, data, is_refusal, texts, try_call};
use bank_contract::pending::{CancelPending, PendingView};
use bank_contract::tokens::RevokeToken;
use serde_json::{Value, json};

fn pending(result: &rmcp::model::CallToolResult) -> PendingView {
    serde_json::from_value(data(result)["pending"].clone()).unwrap()
}

#[tokio::test]
async fn a_payment_within_the_bounds_is_made_once_however_often_it_is_sent() {
    let house = House::open(&[]).await;
    let agent = house.agent().await;
    let transfer = house.transfer(1, "12.50");
    let first = data(&call(&agent, "transfers_submit", &transfer).await);
    assert_eq!((&first["state"], &first["replayed"]), (&json!("done"), &json!(false)));
    assert_eq!(
        first["answer"]["amount"],
        json!({ "amount": "-12.50", "currency": "EUR" })
    );
    let again = data(&call(&house.agent().await, "transfers_submit", &transfer).await);
    assert_eq!(again["replayed"], true);
    assert_eq!(again["answer"], first["answer"]);
    assert_eq!(house.booked().await, "87.50");
    let rows = json!({ "account": house.world.from.account });
    let rows = data(&call(&agent, "accounts_transactions", &rows).await);
    assert_eq!(
        rows["answer"]["rows"].as_array().unwrap().len(),
        2,
        "one payment, one deposit"
    );
    let other = house.transfer(1, "12.51");
    is_refusal(&call(&agent, "transfers_submit", &other).await, "key_reused");
}

#[tokio::test]
async fn at_the_same_time_with_one_key_it_is_still_made_once() {
    let house = House::open(&[]).await;
    let agents = [house.agent().await, house.agent().await, house.agent().await];
    let transfer = house.transfer(1, "5.00");
    let tries = agents.iter().map(|agent| call(agent, "transfers_submit", &transfer));
    for result in futures::future::join_all(tries).await {
        let told = data(&result);
        assert!(told["state"] == "done" || told["code"] == "still_running", "{told}");
    }
    assert_eq!(house.booked().await, "95.00");
}

#[tokio::test]
async fn beyond_the_bounds_it_waits_for_the_customer_and_is_done_when_they_say_yes() {
    let house = House::open(&[]).await;
    let agent = house.agent().await;
    let transfer = house.transfer(2, "20.01");
    let waits = call(&agent, "transfers_submit", &transfer).await;
    let told = data(&waits);
    assert_ne!(waits.is_error, Some(true), "waiting is no error");
    assert_eq!(told["state"], "waits");
    let view = pending(&waits);
    assert_eq!(told["page"], format!("/pay/{}", view.pending));
    let sentence = texts(&waits)[0];
    assert!(sentence.contains(&format!("{}/pay/{}", house.origin, view.pending)) && sentence.contains("sign"));
    assert_eq!(told["pending"]["summary"]["amount"]["amount"], "20.01");
    assert_eq!(house.booked().await, "100.00", "nothing has moved");
    let shown = data(&call(&agent, "pending_show", &json!({ "pending": view.pending })).await);
    assert_eq!(shown["answer"]["state"], "waiting");
    // Asked again, it is the same request; and no tool says yes to it.
    assert_eq!(pending(&call(&agent, "transfers_submit", &transfer).await), view);
    let yes = json!({ "pending": view.pending, "hash": view.hash });
    assert!(try_call(&agent, "pending_confirm", &yes).await.is_err());
    house.customer_says_yes(&view).await;
    let done = data(&call(&agent, "transfers_submit", &transfer).await);
    assert_eq!((&done["state"], &done["replayed"]), (&json!("done"), &json!(true)));
    assert_eq!(house.booked().await, "79.99");
}

#[tokio::test]
async fn what_the_customer_turned_down_does_not_wait_any_more() {
    let house = House::open(&[]).await;
    let agent = house.agent().await;
    let transfer = house.transfer(3, "30.00");
    let view = pending(&call(&agent, "transfers_submit", &transfer).await);
    house.customer(CancelPending { pending: view.pending }).await;
    let over = call(&agent, "transfers_submit", &transfer).await;
    let told = data(&over);
    assert_eq!(
        (&told["state"], &told["pending"]["state"]),
        (&json!("over"), &json!("cancelled"))
    );
    assert!(texts(&over)[0].contains("nothing has moved") && !texts(&over)[0].contains("/pay/"));
    assert_eq!(house.booked().await, "100.00");
}

#[tokio::test]
async fn moving_between_ones_own_accounts_and_paying_are_refused_to_a_reading_token() {
    let house = House::open(&[]).await;
    let reader = house.reader().await;
    let transfer = house.transfer(1, "1.00");
    is_refusal(&call(&reader, "transfers_submit", &transfer).await, "not_allowed");
    let moving = json!({
        "from": house.world.from.account, "to": house.world.from.account, "key": uuid::Uuid::nil(),
        "amount": { "amount": "1.00", "currency": "EUR" }
    });
    is_refusal(&call(&reader, "transfers_move", &moving).await, "not_allowed");
    assert_eq!(house.booked().await, "100.00");
}

#[tokio::test]
async fn from_another_customers_account_nothing_is_paid() {
    let house = House::open(&[]).await;
    let agent = house.agent().await;
    let mut transfer = house.transfer(1, "1.00");
    transfer["from"] = json!(house.world.to.account);
    transfer["payee_iban"] = json!(house.world.from.iban);
    is_refusal(&call(&agent, "transfers_submit", &transfer).await, "not_found");
    let too_much = data(&call(&agent, "transfers_submit", &house.transfer(2, "999.00")).await);
    assert_eq!(
        (&too_much["code"], &too_much["money_moved"]),
        (&json!("insufficient_funds"), &json!("no"))
    );
    assert_eq!(too_much["available"], json!({ "amount": "100.00", "currency": "EUR" }));
}

#[tokio::test]
async fn arguments_that_cannot_be_read_are_refused_before_anything_happens() {
    let house = House::open(&[]).await;
    let agent = house.agent().await;
    let good = house.transfer(1, "1.00");
    let with = |name: &str, value: Value| {
        let mut transfer = good.clone();
        transfer[name] = value;
        transfer
    };
    let mut keyless = good.clone();
    keyless.as_object_mut().unwrap().remove("key");
    for bad in [
        json!({}),
        keyless,
        with("key", json!("not-a-uuid")),
        with("tip", json!("1.00")),
        with("amount", json!({ "amount": 1.00, "currency": "EUR" })),
        with("from", json!(["x"])),
    ] {
        let result = call(&agent, "transfers_submit", &bad).await;
        is_refusal(&result, "malformed");
    }
    is_refusal(
        &call(&agent, "transfers_submit", &house.transfer(1, "0.00")).await,
        "invalid",
    );
    assert!(try_call(&agent, "transfers_nothing", &json!({})).await.is_err());
    assert!(try_call(&agent, "transfers.submit", &good).await.is_err());
    assert_eq!(house.booked().await, "100.00");
    let paid = data(&call(&agent, "transfers_submit", &good).await);
    assert_eq!(paid["state"], "done", "what is right is still taken");
}

#[tokio::test]
async fn a_token_that_was_revoked_or_has_ended_is_out_at_its_next_message() {
    let house = House::open(&[]).await;
    let (agent, reader) = (house.agent().await, house.reader().await);
    let token = house.world.token.view.token;
    assert_eq!(data(&call(&agent, "accounts_list", &json!({})).await)["state"], "done");
    house.customer(RevokeToken { token }).await;
    for transfer in [house.transfer(1, "1.00"), house.transfer(2, "50.00")] {
        let error = try_call(&agent, "transfers_submit", &transfer).await.unwrap_err();
        assert!(error.is_authorization_required(), "{error:?}");
        assert_eq!(error.auth_challenge(), Some("Bearer"));
    }
    let refused = house.try_agent(&house.world.token.secret).await.unwrap_err();
    assert!(!refused.contains(&house.world.token.secret), "{refused}");
    let owner = house.world.database.owner().await;
    let ended = "UPDATE api_tokens SET expires_at = created_at - interval '1 second'";
    migrations::sea_orm::ConnectionTrait::execute_unprepared(&owner, ended)
        .await
        .unwrap();
    owner.close().await.unwrap();
    let error = try_call(&reader, "accounts_list", &json!({})).await.unwrap_err();
    assert!(error.is_authorization_required(), "{error:?}");
}
