//! What becomes of a bank whose authority is well, slow, strict, wrong or away.

use super::*;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt as _;

/// Figures of this test alone: its tasks all run on its thread.
fn figures() -> (PrometheusHandle, metrics::LocalRecorderGuard<'static>) {
    let recorder = Box::leak(Box::new(PrometheusBuilder::new().build_recorder()));
    (recorder.handle(), metrics::set_default_local_recorder(recorder))
}

/// The figure with this name and these labels.
fn figure(figures: &PrometheusHandle, name: &str) -> f64 {
    let text = figures.render();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |figure| figure.parse().unwrap())
}

fn orders(figures: &PrometheusHandle, outcome: &str) -> f64 {
    figure(figures, &format!("larch_acme_orders_total{{outcome=\"{outcome}\"}}"))
}

const EXPIRES: &str = "larch_tls_certificate_expires_timestamp_seconds";

fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_certificate_is_made_used_and_kept_for_nobody_else_to_read() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open_with(
        &authority,
        &place,
        &[("BANK_TLS_ACME_DOMAINS", "bank.test,www.bank.test")],
    )
    .await;
    let mut stream = bank.visit_soon(&authority.root).await;
    let certificate = shown(&stream);
    assert!(ask(&mut stream, "/").await.ends_with("hello"));
    let (_, read) = X509Certificate::from_der(&certificate).unwrap();
    let names = read
        .subject_alternative_name()
        .unwrap()
        .unwrap()
        .value
        .general_names
        .clone();
    assert_eq!(names, ["bank.test", "www.bank.test"].map(GeneralName::DNSName));
    // Every browser wants HTTP/2 first.
    let both = connect_as_anybody(bank.address, HOST, &[b"h2", b"http/1.1"])
        .await
        .unwrap();
    assert_eq!(both.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    drop(both);

    assert_eq!(
        authority.contacts(),
        [serde_json::json!(["mailto:operations@bank.test"])]
    );
    let files = kept(&place);
    assert_eq!(files.len(), 2, "the account and the certificate: {files:?}");
    assert_eq!(mode(&place), 0o700);
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    soon("the figures", || orders(&figures, "done") > 0.0).await;
    let until = read.validity().not_after.timestamp();
    assert_eq!(figure(&figures, EXPIRES).to_string(), until.to_string());
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn what_is_kept_is_used_by_the_next_start_without_asking_anybody() {
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&authority, &place).await;
    let first = shown(&bank.visit_soon(&authority.root).await);
    bank.close().await;

    let asked = authority.asked("/directory");
    let bank = Bank::open(&authority, &place).await;
    let second = shown(&bank.visit(&authority.root).await.unwrap());
    tokio::time::sleep(QUICK.look * 10).await;
    assert_eq!(first, second);
    assert_eq!(authority.asked("/directory"), asked, "nobody was asked");
    bank.close().await;

    // With another host the certificate is another one, and the account the same.
    let more = [("BANK_TLS_ACME_DOMAINS", "bank.test,www.bank.test")];
    let bank = Bank::open_with(&authority, &place, &more).await;
    assert!(
        bank.visit(&authority.root).await.is_ok(),
        "the one of before is used until then"
    );
    soon("a second certificate", || authority.given() == 2).await;
    assert_eq!(authority.contacts().len(), 1);
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn a_short_lived_certificate_is_renewed_in_time_and_who_is_connected_stays_so() {
    let (authority, folder) = (Authority::open().await, Folder::new());
    // A life of a minute, of which a third is left 10 seconds from now, and half of what is left in 15: a machine that stands
    // still for 10 seconds meanwhile is no fault of the bank's.
    authority.behave(|manners| manners.good_s = (30, 30));
    let bank = Bank::open(&authority, &folder.file("acme")).await;
    let mut early = bank.visit_soon(&authority.root).await;
    let first = shown(&early);
    let request = b"GET / HTTP/1.1\r\nHost: bank.test\r\n\r\n";
    early.write_all(request).await.unwrap();
    let mut begins = [0; 15];
    early.read_exact(&mut begins).await.unwrap();
    authority.behave(|manners| manners.good_s = (3_600, 3_600));
    assert_eq!(authority.given(), 1, "not before it is time");
    let begun = Instant::now();
    loop {
        let late = bank.visit(&authority.root).await;
        let late = late.expect("there is a good certificate at every moment");
        if shown(&late) != first {
            break;
        }
        assert!(begun.elapsed() < MUCH_TOO_LONG);
        tokio::time::sleep(MOMENT).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "before the first one expired"
    );
    assert!(ask(&mut early, "/").await.ends_with("hello"));
    assert_eq!((authority.given(), authority.contacts().len()), (2, 1));
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn until_the_first_certificate_everybody_is_refused_and_an_authority_that_is_back_is_asked_again() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    authority.behave(|manners| manners.down = true);
    let bank = Bank::open(&authority, &folder.file("acme")).await;
    soon("failures", || orders(&figures, "unreachable") > 1.0).await;
    assert!(bank.visit(&authority.root).await.is_err());
    let shown_to_anybody = connect_as_anybody(bank.address, HOST, &[b"h2"]).await;
    assert!(shown_to_anybody.is_err(), "not even one that nobody vouches for");
    let without_an_order = connect_as_anybody(bank.address, HOST, &[ACME_TLS]).await;
    assert!(without_an_order.is_err());
    assert!(figure(&figures, EXPIRES).abs() < 1.0);
    authority.behave(|manners| manners.down = false);
    let mut stream = bank.visit_soon(&authority.root).await;
    assert!(ask(&mut stream, "/").await.ends_with("hello"));
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn an_authority_that_is_down_never_takes_a_good_certificate_away() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    // More than two thirds of its life are over from the beginning.
    authority.behave(|manners| manners.good_s = (3_600, 600));
    let bank = Bank::open(&authority, &place).await;
    bank.visit_soon(&authority.root).await;
    tokio::time::sleep(QUICK.look * 20).await;
    assert_eq!(authority.given(), 1, "another one would be no better");
    bank.close().await;

    authority.behave(|manners| manners.down = true);
    let bank = Bank::open(&authority, &place).await;
    assert!(bank.visit(&authority.root).await.is_ok(), "nor from the next start");
    soon("failures", || orders(&figures, "unreachable") > 2.0).await;
    let mut stream = bank.visit(&authority.root).await.unwrap();
    assert!(ask(&mut stream, "/").await.ends_with("hello"));
    authority.behave(|manners| {
        manners.down = false;
        manners.good_s = (3_600, 3_600);
    });
    soon("a new certificate", || authority.given() == 2).await;
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn a_proof_that_the_authority_does_not_find_is_refused_counted_and_tried_again() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let bank = Bank::open(&authority, &folder.file("acme")).await;
    // The name leads to somebody who knows nothing of it.
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    authority.finds_bank_at(other.local_addr().unwrap());
    let hangs_up = tokio::spawn(async move { while other.accept().await.is_ok() {} });
    soon("a refusal", || orders(&figures, "proof") > 0.0).await;
    assert_eq!(authority.given(), 0);
    authority.finds_bank_at(bank.address);
    bank.visit_soon(&authority.root).await;
    hangs_up.abort();
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn an_authority_that_offers_no_proof_of_ours_gets_none() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    authority.behave(|manners| manners.offers = "http-01");
    let bank = Bank::open(&authority, &folder.file("acme")).await;
    soon("a refusal", || orders(&figures, "proof") > 0.0).await;
    assert_eq!(authority.asked("/challenge/0/0"), 0);
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn nonces_that_are_refused_are_replaced_within_the_same_order() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    authority.behave(|manners| manners.bad_nonces = 2);
    let bank = Bank::open(&authority, &folder.file("acme")).await;
    bank.visit_soon(&authority.root).await;
    soon("the figures", || orders(&figures, "done") > 0.0).await;
    let text = figures.render();
    let failed = text
        .lines()
        .filter(|line| line.starts_with("larch_acme_orders_total{") && !line.contains("\"done\""));
    assert!(
        failed.clone().count() > 5 && failed.clone().all(|line| line.ends_with(" 0")),
        "{text}"
    );
    assert_eq!((authority.asked("/account"), authority.asked("/order")), (3, 1));
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn an_authority_that_asks_to_be_left_alone_is_left_alone() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    authority.behave(|manners| manners.limited = Some("3"));
    let begun = Instant::now();
    let bank = Bank::open(&authority, &folder.file("acme")).await;
    soon("a refusal", || orders(&figures, "limited") > 0.0).await;
    authority.behave(|manners| manners.limited = None);
    // Without being asked it would have come back many times by now.
    tokio::time::sleep(QUICK.most * 5).await;
    assert_eq!(authority.asked("/order"), 1);
    bank.visit_soon(&authority.root).await;
    assert!(begun.elapsed() >= Duration::from_secs(3));
    assert_eq!(authority.asked("/order"), 2);
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn a_wait_that_nobody_could_count_or_that_has_passed_stops_nothing() {
    let authority = Authority::open().await;
    for wait in [
        "18446744073709551615",
        "99999999999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "soon",
    ] {
        let folder = Folder::new();
        authority.behave(|manners| manners.waits = Some(wait));
        let bank = Bank::open(&authority, &folder.file("acme")).await;
        bank.visit_soon(&authority.root).await;
        bank.close().await;
    }
    authority.close().await;
}

#[tokio::test]
async fn a_contact_that_the_authority_refuses_is_said_and_another_one_is_told_to_it() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    authority.behave(|manners| manners.refuses_contacts = true);
    let bank = Bank::open(&authority, &place).await;
    soon("a refusal", || orders(&figures, "refused") > 0.0).await;
    assert_eq!((authority.asked("/order"), kept(&place).len()), (0, 0));
    authority.behave(|manners| manners.refuses_contacts = false);
    bank.visit_soon(&authority.root).await;
    bank.close().await;
    let other = [
        ("BANK_TLS_ACME_CONTACT", "others@bank.test"),
        ("BANK_TLS_ACME_DOMAINS", "bank.test,www.bank.test"),
    ];
    let bank = Bank::open_with(&authority, &place, &other).await;
    soon("a second certificate", || authority.given() == 2).await;
    assert_eq!(authority.contacts(), [serde_json::json!(["mailto:others@bank.test"])]);
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn a_directory_that_is_none_or_that_nobody_vouches_for_gives_nothing_and_is_not_told_anything() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let elsewhere = authority.directory().replace("/directory", "/elsewhere");
    let stranger = Authority::open().await;
    let strangers = stranger.root.display().to_string();
    for (name, value) in [
        ("BANK_TLS_ACME_DIRECTORY", elsewhere.as_str()),
        ("BANK_TLS_ACME_ROOT", &strangers),
    ] {
        let before = orders(&figures, "unreachable");
        let bank = Bank::open_with(&authority, &folder.file(name), &[(name, value)]).await;
        soon(name, || orders(&figures, "unreachable") > before).await;
        assert!(bank.visit(&authority.root).await.is_err());
        bank.close().await;
    }
    authority.behave(|manners| manners.floods = true);
    let before = orders(&figures, "unreachable");
    let bank = Bank::open(&authority, &folder.file("floods")).await;
    soon("a flood", || orders(&figures, "unreachable") > before).await;
    assert_eq!(authority.asked("/account"), 0);
    bank.close().await;
    authority.close().await;
    stranger.close().await;
}

#[tokio::test]
async fn a_certificate_for_others_or_that_browsers_would_not_trust_is_not_taken() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    authority.behave(|manners| manners.gives_for = Some("evil.test"));
    let bank = Bank::open(&authority, &place).await;
    soon("a refusal", || orders(&figures, "unusable") > 0.0).await;
    assert!(bank.visit(&authority.root).await.is_err());
    assert!(!place.join("certificate.pem").exists());
    bank.close().await;
    let given = authority.given();
    assert!(given > 0, "there was something to refuse");
    authority.behave(|manners| manners.gives_for = None);
    let before = orders(&figures, "unusable");
    let public = [("BANK_TLS_VOUCHED_BY", "public")];
    let bank = Bank::open_with(&authority, &place, &public).await;
    soon("a refusal", || orders(&figures, "unusable") > before).await;
    assert!(authority.given() > given && bank.visit(&authority.root).await.is_err());
    assert!(!place.join("certificate.pem").exists());
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn an_account_that_the_authority_has_forgotten_is_put_aside_for_another_one() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&authority, &place).await;
    bank.visit_soon(&authority.root).await;
    bank.close().await;
    authority.forgets_accounts();
    let more = [("BANK_TLS_ACME_DOMAINS", "bank.test,www.bank.test")];
    let bank = Bank::open_with(&authority, &place, &more).await;
    soon("a second certificate", || authority.given() == 2).await;
    soon("the figures", || orders(&figures, "refused") > 0.0).await;
    assert_eq!(authority.contacts().len(), 2);
    assert_eq!(kept(&place).len(), 3, "the old account is still there");
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn an_account_that_was_forgotten_before_its_new_contact_was_told_is_put_aside_as_well() {
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&authority, &place).await;
    bank.visit_soon(&authority.root).await;
    bank.close().await;
    authority.forgets_accounts();
    let other = [
        ("BANK_TLS_ACME_CONTACT", "others@bank.test"),
        ("BANK_TLS_ACME_DOMAINS", "bank.test,www.bank.test"),
    ];
    let bank = Bank::open_with(&authority, &place, &other).await;
    soon("a second certificate", || authority.given() == 2).await;
    let told = serde_json::json!(["mailto:others@bank.test"]);
    assert_eq!(authority.contacts().last(), Some(&told));
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn a_kept_certificate_that_browsers_would_not_trust_is_asked_for_anew_once_they_have_to() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&authority, &place).await;
    bank.visit_soon(&authority.root).await;
    bank.close().await;
    assert_eq!(authority.given(), 1);
    let public = [("BANK_TLS_VOUCHED_BY", "public")];
    let bank = Bank::open_with(&authority, &place, &public).await;
    // Another one of this authority is no better, and is not taken.
    soon("a refusal", || orders(&figures, "unusable") > 0.0).await;
    assert!(authority.given() > 1);
    bank.close().await;
    authority.close().await;
}

#[tokio::test]
async fn from_one_authority_to_another_the_old_certificate_is_used_until_there_is_a_new_one() {
    let (one, other, folder) = (Authority::open().await, Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&one, &place).await;
    bank.visit_soon(&one.root).await;
    bank.close().await;
    other.behave(|manners| manners.down = true);
    let bank = Bank::open(&other, &place).await;
    assert!(bank.visit(&one.root).await.is_ok());
    other.behave(|manners| manners.down = false);
    bank.visit_soon(&other.root).await;
    assert_eq!(kept(&place).len(), 3, "each authority has its account");
    bank.close().await;
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_folder_or_a_file_in_it_that_is_open_or_broken_refuses_the_start_in_one_line() {
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&authority, &place).await;
    bank.visit_soon(&authority.root).await;
    bank.close().await;
    let refused = async |other: &[(&str, &str)]| {
        let error = front(&authority, &place, other).await.err().expect("it was opened");
        let line = error.to_string();
        assert!(!line.contains('\n') && !line.contains("PRIVATE"), "{line}");
        line
    };
    let certificate = place.join("certificate.pem");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(refused(&[]).await.contains("acme is open to everybody"));
    fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(&certificate, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused(&[]).await.contains("certificate.pem is open to everybody"));
    fs::set_permissions(&certificate, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(front(&authority, &place, &[]).await.is_ok());
    fs::write(&certificate, "nothing").unwrap();
    assert!(refused(&[]).await.contains("has no certificate in it"));
    fs::remove_file(&certificate).unwrap();
    let empty = folder.file("empty.pem");
    fs::write(&empty, "nothing").unwrap();
    for (file, words) in [
        ("nowhere.pem", "cannot be read"),
        ("empty.pem", "has no certificate of an authority"),
    ] {
        let file = folder.file(file).display().to_string();
        let line = refused(&[("BANK_TLS_ACME_ROOT", &file)]).await;
        assert!(line.contains(words), "{line}");
    }
    let taken = folder.file("taken");
    fs::write(&taken, "").unwrap();
    let taken = taken.display().to_string();
    assert!(
        refused(&[("BANK_TLS_ACME_FOLDER", &taken)])
            .await
            .contains("cannot be written")
    );
    authority.close().await;
}

#[tokio::test]
async fn an_account_that_others_can_read_or_that_is_broken_is_not_used() {
    let (figures, _local) = figures();
    let (authority, folder) = (Authority::open().await, Folder::new());
    let place = folder.file("acme");
    let bank = Bank::open(&authority, &place).await;
    bank.visit_soon(&authority.root).await;
    bank.close().await;
    let account = kept(&place).remove(0);
    assert!(account.display().to_string().contains("account-"));
    fs::set_permissions(&account, fs::Permissions::from_mode(0o644)).unwrap();
    let more = [("BANK_TLS_ACME_DOMAINS", "bank.test,www.bank.test")];
    let bank = Bank::open_with(&authority, &place, &more).await;
    soon("a failure", || orders(&figures, "not-kept") > 0.0).await;
    fs::set_permissions(&account, fs::Permissions::from_mode(0o600)).unwrap();
    soon("a second certificate", || authority.given() == 2).await;
    bank.close().await;
    authority.close().await;
}
