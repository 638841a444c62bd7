//! The socket: accepts connections, speaks HTTP/1.1, and cuts connections where a fault asks for it. Nothing here
//! knows what a request means.

use std::{future::poll_fn, io, net::Ipv4Addr, sync::Arc, time::Duration};

use http::{HeaderValue, Response, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    exchange::{Ending, Reply},
    gate::Gate,
    limits::Limits,
};

/// A listening socket and its connections, all of which end when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    /// Says to the connections that no further requests are wanted.
    closing: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens on the loopback interface; port 0 takes a free one.
    pub(crate) async fn start(port: u16, gate: Arc<Gate>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let (closing, wanted) = watch::channel(false);
        Ok(Self {
            port,
            closing,
            accepting: tokio::spawn(accept(listener, gate, wanted)),
        })
    }

    /// Closes everything at once; after this a connection is refused.
    pub(crate) async fn stop(mut self) {
        self.accepting.abort();
        // The only outcome is that it was aborted.
        let _ = (&mut self.accepting).await;
    }

    /// Takes no further connections and requests, and closes when the last answer is sent, or when the time is up.
    pub(crate) async fn finish(mut self, grace: Duration) {
        // Where nobody listens, everything is closed already.
        let _ = self.closing.send(true);
        if tokio::time::timeout(grace, &mut self.accepting).await.is_err() {
            self.stop().await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Returns when no further requests are wanted.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // Without a sender nobody wants any either.
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn accept(listener: TcpListener, gate: Arc<Gate>, mut closing: watch::Receiver<bool>) {
    // Dropped with this future, and its connections with it.
    let mut connections = JoinSet::new();
    loop {
        let is_free = connections.len() < gate.limits.connections.max(1);
        tokio::select! {
            () = closed(&mut closing) => break,
            accepted = listener.accept(), if is_free => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&gate), closing.clone()))),
                // Out of file descriptors, for example: it passes when other connections close.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Why the service ends a connection without a reply.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error("the connection is to be reset")]
    Reset,
    #[error("the connection is to be closed in the middle of a reply")]
    After(Vec<u8>),
    #[error("the request did not arrive whole")]
    Gone(#[from] hyper::Error),
}

async fn serve(stream: TcpStream, gate: Arc<Gate>, mut closing: watch::Receiver<bool>) {
    // Only speed is lost where this fails.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| Box::pin(answer(request, &gate)));
    let Limits {
        head_bytes,
        head_time,
        ..
    } = gate.limits;
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // hyper panics at a moment that its clock cannot express, and at a buffer of less.
        .header_read_timeout(head_time.min(YEAR))
        .max_buf_size(head_bytes.max(8 << 10))
        .serve_connection(TokioIo::new(stream), service);
    let mut is_last = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
            () = closed(&mut closing), if !is_last => {
                is_last = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let mut stream = connection.into_parts().io.into_inner();
    let cut = ended
        .as_ref()
        .err()
        .and_then(std::error::Error::source)
        .and_then(|source| source.downcast_ref());
    match cut {
        // With this, closing sends a reset instead of an orderly end.
        Some(Cut::Reset) => drop(stream.set_zero_linger()),
        // The client may be gone already; there is nobody to tell.
        Some(Cut::After(bytes)) => drop(stream.write_all(bytes).await),
        Some(Cut::Gone(_)) | None => hang_up(stream).await,
    }
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long, and for how many bytes, a client may go on sending after the last answer.
const LAST_BYTES: (Duration, u64) = (Duration::from_secs(1), 1 << 20);

/// Closes a connection so that the client gets the last answer although it is still sending, a body that is too
/// large, for example: closing with bytes unread would send a reset, and that may overtake the answer.
async fn hang_up(mut stream: TcpStream) {
    let (time, bytes) = LAST_BYTES;
    let rest = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(bytes), &mut tokio::io::sink()).await
    };
    // The client may be gone already; there is nobody to tell.
    let _ = tokio::time::timeout(time, rest).await;
}

async fn answer(request: http::Request<Incoming>, gate: &Gate) -> Result<Response<Full<bytes::Bytes>>, Cut> {
    match gate.answer(request).await? {
        Ending::Reset => Err(Cut::Reset),
        Ending::Truncated(reply) => Err(Cut::After(first_half(&reply))),
        Ending::Reply(Reply {
            status,
            headers,
            body,
        }) => {
            let mut response = Response::new(Full::new(body));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        }
    }
}

/// A reply as it goes over the wire, up to the middle of its body.
fn first_half(reply: &Reply) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", reply.status).into_bytes();
    let length = HeaderValue::from(reply.body.len());
    for (name, value) in reply.headers.iter().chain([(&header::CONTENT_LENGTH, &length)]) {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&reply.body[..reply.body.len() / 2]);
    bytes
}
