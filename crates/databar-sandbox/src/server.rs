//! The sockets: accepts connections, speaks HTTP/1.1, and cuts connections when a fault asks for it. Nothing
//! here knows the meaning of a request.

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

/// A listening socket and its connections. All of them end when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    /// Tells the connections to accept no further requests.
    closing: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens on the loopback interface. Port 0 picks a free one.
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

    /// Closes everything at once. Afterwards, connections are refused.
    pub(crate) async fn stop(mut self) {
        self.accepting.abort();
        // The only possible outcome is that the task was aborted.
        let _ = (&mut self.accepting).await;
    }

    /// Accepts no further connections and requests, and closes when the last answer is sent or the time is
    /// up.
    pub(crate) async fn finish(mut self, grace: Duration) {
        // If nobody receives this, everything is closed already.
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

/// Completes when no further requests are wanted.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // Without a sender, no further requests are wanted either.
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn accept(listener: TcpListener, gate: Arc<Gate>, mut closing: watch::Receiver<bool>) {
    // The connections are dropped together with this future.
    let mut connections = JoinSet::new();
    loop {
        let is_free = connections.len() < gate.limits.connections.max(1);
        tokio::select! {
            () = closed(&mut closing) => break,
            accepted = listener.accept(), if is_free => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&gate), closing.clone()))),
                // For example, the process is out of file descriptors, which passes when other connections
                // close.
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
    #[error("the connection is reset on purpose")]
    Reset,
    #[error("the connection is closed on purpose in the middle of a reply")]
    After(Vec<u8>),
    #[error("the request did not arrive completely")]
    Gone(#[from] hyper::Error),
}

async fn serve(stream: TcpStream, gate: Arc<Gate>, mut closing: watch::Receiver<bool>) {
    // If this fails, only speed is lost.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| Box::pin(answer(request, &gate)));
    let Limits {
        head_bytes,
        head_time,
        ..
    } = gate.limits;
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // hyper panics if the deadline overflows its clock, and if the buffer is smaller than this.
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
        // The client may be gone already, which does not matter here.
        Some(Cut::After(bytes)) => drop(stream.write_all(bytes).await),
        Some(Cut::Gone(_)) | None => hang_up(stream).await,
    }
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// For how long, and for how many bytes, a client may continue to send after the last answer.
const LAST_BYTES: (Duration, u64) = (Duration::from_secs(1), 1 << 20);

/// Closes a connection so that the client gets the last answer even if it is still sending, for example a
/// body that is too large. Closing with unread bytes would send a reset, which may overtake the answer.
async fn hang_up(mut stream: TcpStream) {
    let (time, bytes) = LAST_BYTES;
    let rest = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(bytes), &mut tokio::io::sink()).await
    };
    // The client may be gone already, which does not matter here.
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

/// The bytes of a reply up to the middle of its body.
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
