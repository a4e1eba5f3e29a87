//! The assistant's turn, read line by line while it is worked out (newline-delimited JSON, each line a [`TurnLine`]).

use super::{Refused, Server, heard_of};
use bank_contract::assistant::turn::Aloud;
use bank_contract::assistant::{Part, Say, Turn, TurnLine};
use bank_contract::{BankError, Doorway};
use futures::future::{Either, select};
use futures::{Stream, StreamExt, channel::mpsc, stream};
use http::Method;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::client::browser::BrowserClient;
use server_fn::codec::{Encoding, FromRes, IntoRes, Json};

use server_fn::response::{ClientRes, TryRes};
use server_fn::{Bytes, ContentType, Http, ServerFn};
use std::future::Future;
use std::pin::Pin;

/// [`Say`], answered line by line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SayAloud(pub Say);

/// One JSON document a line.
#[derive(Debug)]
pub struct Lines;

impl ContentType for Lines {
    const CONTENT_TYPE: &'static str = "application/x-ndjson";
}

impl Encoding for Lines {
    const METHOD: Method = Method::POST;
}

/// The lines of a turn. The last one is its end; where there is none, the connection was lost.
pub struct TurnLines(Pin<Box<dyn Stream<Item = TurnLine> + Send>>);

impl ServerFn for SayAloud {
    const PATH: &'static str = "/api/call-aloud/assistant.say";
    type Client = BrowserClient;
    type Server = Server;
    type Protocol = Http<Json, Lines>;
    type Output = TurnLines;
    type Error = Refused;
    type InputStreamError = Refused;
    type OutputStreamError = Refused;

    /// A refusal before the first message has its own status, as any other call's; later it is the last line.
    async fn run_body(self) -> Result<TurnLines, Refused> {
        let door = use_context::<Doorway>().ok_or_else(|| Refused(BankError::internal("no-door")))?;
        let (said, heard) = mpsc::unbounded();
        let aloud = Aloud::to(move |message| {
            // Whoever went away hears nothing more.
            _ = said.unbounded_send(message.to_vec());
        });
        let mut lines = Box::pin(along(
            heard,
            async move { door.call_aloud(self.0, aloud).await?.done() },
        ));
        match lines.next().await {
            Some(TurnLine::Refused(error)) => Err(Refused(error)),
            first => Ok(TurnLines(Box::pin(stream::iter(first).chain(lines)))),
        }
    }
}

/// What is heard while a turn is worked out, and its end. Nothing comes after the end.
fn along(
    heard: mpsc::UnboundedReceiver<Vec<Part>>,
    turn: impl Future<Output = Result<Turn, BankError>> + Send,
) -> impl Stream<Item = TurnLine> + Send {
    stream::unfold(Some((heard, Box::pin(turn))), |open| async {
        let (mut heard, mut turn) = open?;
        let end = match select(heard.next(), turn.as_mut()).await {
            Either::Left((Some(message), _)) => return Some((TurnLine::Meanwhile(message), Some((heard, turn)))),
            Either::Left((None, turn)) => turn.await,
            Either::Right((end, _)) => end,
        };
        Some((end.map_or_else(TurnLine::Refused, TurnLine::Done), None))
    })
}

impl<Response: TryRes<Refused>> IntoRes<Lines, Response, Refused> for TurnLines {
    async fn into_res(self) -> Result<Response, Refused> {
        let lines = self.0.map(|line| {
            // What is made of numbers and texts can always be written.
            let mut written = serde_json::to_vec(&line).unwrap_or_default();
            written.push(b'\n');
            Ok(Bytes::from(written))
        });
        Response::try_from_stream(Lines::CONTENT_TYPE, lines)
    }
}

impl<Response: ClientRes<Refused> + Send> FromRes<Lines, Response, Refused> for TurnLines {
    async fn from_res(response: Response) -> Result<Self, Refused> {
        Ok(Self(Box::pin(read(response.try_into_stream()?))))
    }
}

/// Lines out of whatever pieces they come in. What cannot be read is as good as lost.
fn read<E: Send>(pieces: impl Stream<Item = Result<Bytes, E>> + Send) -> impl Stream<Item = TurnLine> + Send {
    let mut rest = Vec::new();
    pieces.flat_map(move |piece| {
        stream::iter(match piece {
            Ok(piece) => {
                rest.extend_from_slice(&piece);
                whole_lines(&mut rest)
            }
            Err(_) => vec![TurnLine::Refused(BankError::Unreachable)],
        })
    })
}

/// Takes the lines that are whole.
fn whole_lines(rest: &mut Vec<u8>) -> Vec<TurnLine> {
    let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else {
        return Vec::new();
    };
    let whole: Vec<u8> = rest.drain(..=end).collect();
    let lines = whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).unwrap_or(TurnLine::Refused(BankError::Unreachable)))
        .collect()
}

/// Says something to the assistant. `hear` gets each message as it is made; only what comes back counts.
///
/// # Errors
/// The bank's refusal; [`BankError::Unreachable`] when no answer came, or not all of it: the turn may be kept or not.
pub(crate) async fn say_aloud(say: Say, hear: impl Fn(Vec<Part>)) -> Result<Turn, BankError> {
    let turn = to_the_end(SayAloud(say).run_on_client().await, hear).await;
    heard_of::<Say, _>(&turn);
    turn
}

async fn to_the_end(lines: Result<TurnLines, Refused>, hear: impl Fn(Vec<Part>)) -> Result<Turn, BankError> {
    let mut lines = lines.map_err(|refused| refused.0)?.0;
    while let Some(line) = lines.next().await {
        match line {
            TurnLine::Meanwhile(message) => hear(message),
            TurnLine::Done(turn) => return Ok(turn),
            TurnLine::Refused(error) => return Err(error),
        }
    }
    Err(BankError::Unreachable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::ConversationId;
    use futures::executor::block_on;
    use std::cell::RefCell;

    fn message(text: &str) -> Vec<Part> {
        vec![Part::Text { text: text.into() }]
    }

    fn turn() -> Turn {
        Turn {
            conversation: ConversationId(uuid::Uuid::nil()),
            messages: Vec::new(),
        }
    }

    fn collected(pieces: Vec<Result<Bytes, ()>>) -> Vec<TurnLine> {
        block_on(read(stream::iter(pieces)).collect())
    }

    fn written(line: &TurnLine) -> String {
        format!("{}\n", serde_json::to_string(line).unwrap())
    }

    #[test]
    fn messages_come_as_they_are_made_and_the_end_is_last() {
        let (said, heard) = mpsc::unbounded();
        let aloud = Aloud::to(move |message| said.unbounded_send(message.to_vec()).unwrap());
        let (go_on, stop) = futures::channel::oneshot::channel();
        let worked_out = async move {
            aloud.say(&message("first"));
            stop.await.unwrap();
            aloud.say(&message("second"));
            Ok(turn())
        };
        let mut lines = Box::pin(along(heard, worked_out));
        block_on(async {
            assert_eq!(lines.next().await, Some(TurnLine::Meanwhile(message("first"))));
            go_on.send(()).unwrap();
            // The second one is in the turn that has ended meanwhile.
            assert_eq!(lines.next().await, Some(TurnLine::Done(turn())));
            assert_eq!(lines.next().await, None);
        });
    }

    #[test]
    fn lines_are_found_in_whatever_pieces_they_come() {
        let all = [
            TurnLine::Meanwhile(message("Zürich, 20 €")),
            TurnLine::Meanwhile(message("two\nlines")),
            TurnLine::Done(turn()),
        ];
        let text: String = all.iter().map(written).collect();
        for size in [1, 2, 7, text.len()] {
            let pieces = text
                .as_bytes()
                .chunks(size)
                .map(|piece| Ok(Bytes::copy_from_slice(piece)));
            assert_eq!(collected(pieces.collect()), all, "{size}");
        }
    }

    #[test]
    fn what_does_not_come_whole_is_no_end() {
        let first = written(&TurnLine::Meanwhile(message("first")));
        let cut = format!("{first}{{\"done\":{{\"conv");
        for (pieces, heard) in [
            (vec![], 0),
            (vec![Ok(Bytes::from(cut))], 1),
            (vec![Ok(Bytes::from(first)), Err(())], 1),
            (vec![Ok(Bytes::from_static(b"<html>\n"))], 0),
        ] {
            let seen = RefCell::new(0);
            let lines = Ok(TurnLines(Box::pin(stream::iter(collected(pieces)))));
            let ended = block_on(to_the_end(lines, |_| *seen.borrow_mut() += 1));
            assert_eq!((ended, *seen.borrow()), (Err(BankError::Unreachable), heard));
        }
    }

    #[test]
    fn a_refusal_is_an_end_before_and_after_the_first_message() {
        let busy = BankError::Busy { retry_after_s: 5 };
        let lines = vec![
            TurnLine::Meanwhile(message("first")),
            TurnLine::Refused(busy.clone()),
            TurnLine::Done(turn()),
        ];
        let lines = Ok(TurnLines(Box::pin(stream::iter(lines))));
        assert_eq!(block_on(to_the_end(lines, |_| {})), Err(busy));
        assert_eq!(
            block_on(to_the_end(Err(Refused(BankError::NotSignedIn)), |_| {})),
            Err(BankError::NotSignedIn)
        );
    }
}
