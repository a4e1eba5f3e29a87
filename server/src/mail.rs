//! Mail on its way out: SMTP over rustls.

use crate::StartError;
use crate::config::Config;
use bank_operations::notifications::{Mailer, NotSent, Outgoing};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long a mail server may take for one answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    fn message(&self, mail: &Outgoing) -> Result<Message, NotSent> {
        let to: Mailbox = mail
            .to
            .parse()
            .map_err(|_| NotSent("the address cannot be written to".to_owned()))?;
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.as_str())
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|_| NotSent("the mail could not be put together".to_owned()))
    }
}

/// What a mail server said can repeat the address, so only its kind is kept.
fn kind_of(error: &lettre::transport::smtp::Error) -> &'static str {
    if error.is_timeout() {
        "the mail server did not answer in time"
    } else if error.is_permanent() {
        "the mail server refused it for good"
    } else if error.is_transient() {
        "the mail server refused it for now"
    } else if error.is_tls() {
        "the connection to the mail server could not be secured"
    } else {
        "the mail server could not be reached"
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Outgoing) -> Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>> {
        Box::pin(async move {
            let message = self.message(mail)?;
            let sending = self.transport.send(message);
            match tokio::time::timeout(3 * ANSWER_MAX, sending).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(NotSent(kind_of(&error).to_owned())),
                Err(_) => Err(NotSent("the mail server took too long".to_owned())),
            }
        })
    }
}

/// The way out for mail, when one is configured.
pub(crate) fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>, StartError> {
    let Some(mail) = &config.mail else { return Ok(None) };
    let wrong = |what: &str| StartError::Other(format!("mail is not set up right: {what}"));
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&mail.smtp_url.0)
        .map_err(|_| wrong("BANK_MAIL_SMTP_URL cannot be read"))?
        .timeout(Some(ANSWER_MAX))
        .build();
    let from = mail.from.parse().map_err(|_| wrong("[mail] from is not an address"))?;
    Ok(Some(Arc::new(Smtp { transport, from })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_one_receiver_and_no_header_can_be_smuggled_in() {
        let smtp = Smtp {
            transport: AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost").build(),
            from: "Larch <bank@larch.example>".parse().unwrap(),
        };
        let mail = |to: &str, subject: &str| Outgoing {
            to: to.to_owned(),
            subject: subject.to_owned(),
            body: "Hello".to_owned(),
        };
        let text = |mail: Outgoing| smtp.message(&mail).map(|m| String::from_utf8(m.formatted()).unwrap());
        let written = text(mail("anna@example.org", "Your code")).unwrap();
        assert!(written.contains("To: anna@example.org\r\n"), "{written}");
        let folded = text(mail("anna@example.org", "Hi\r\nBcc: eve@example.org")).unwrap();
        assert!(!folded.lines().any(|line| line.starts_with("Bcc")), "{folded}");
        for bad in [
            "",
            "anna",
            "anna@example.org\r\nBcc: eve@example.org",
            "a@b.org, c@d.org",
        ] {
            assert!(text(mail(bad, "x")).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_mail_server_that_nobody_vouches_for_gets_nothing() {
        use tokio::io::AsyncReadExt as _;
        use tokio_rustls::rustls::{ServerConfig, crypto::ring};
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let own = own.self_signed(&key).unwrap();
        let secret = tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
        let settings = ServerConfig::builder_with_provider(std::sync::Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], secret.into())
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(settings));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            if let Ok(mut line) = acceptor.accept(stream).await {
                let _ = line.read_to_end(&mut heard).await;
            }
            heard
        });
        let smtp = Smtp {
            transport: AsyncSmtpTransport::<Tokio1Executor>::from_url(&format!("smtps://localhost:{port}"))
                .unwrap()
                .timeout(Some(ANSWER_MAX))
                .build(),
            from: "bank@larch.example".parse().unwrap(),
        };
        let mail = Outgoing {
            to: "anna@example.org".to_owned(),
            subject: "Your code for Larch".to_owned(),
            body: "Your code is ABCD-EFGH.".to_owned(),
        };
        assert!(smtp.send(&mail).await.is_err());
        assert!(server.await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_mail_reaches_a_server_that_listens() {
        use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (reader, mut writer) = stream.into_split();
            let mut lines = BufReader::new(reader).lines();
            let mut heard = Vec::new();
            let mut in_data = false;
            writer.write_all(b"220 test\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer: &[u8] = match (in_data, line.as_str()) {
                    (true, ".") => {
                        in_data = false;
                        b"250 taken\r\n"
                    }
                    (true, _) => b"",
                    (false, "DATA") => {
                        in_data = true;
                        b"354 go on\r\n"
                    }
                    (false, "QUIT") => b"221 bye\r\n",
                    _ => b"250 fine\r\n",
                };
                heard.push(line);
                writer.write_all(answer).await.unwrap();
            }
            heard
        });
        let smtp = Smtp {
            transport: AsyncSmtpTransport::<Tokio1Executor>::from_url(&format!("smtp://127.0.0.1:{port}"))
                .unwrap()
                .build(),
            from: "bank@larch.example".parse().unwrap(),
        };
        let mail = Outgoing {
            to: "anna@example.org".to_owned(),
            subject: "Your code for Larch".to_owned(),
            body: "Your code is ABCD-EFGH.".to_owned(),
        };
        smtp.send(&mail).await.unwrap();
        let heard = server.await.unwrap();
        assert!(
            heard.iter().any(|line| line == "RCPT TO:<anna@example.org>"),
            "{heard:?}"
        );
        assert!(heard.iter().any(|line| line.contains("ABCD-EFGH")), "{heard:?}");
    }
}
