//! The socket: accepts connections, speaks HTTP/1.1, and cuts connections where a fault asks for it. Nothing here
//! knows what a request means.

use std::{convert::Infallible, future::poll_fn, io, net::Ipv4Addr, sync::Arc, time::Duration};

use http::{HeaderValue, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::exchange::{Ending, Exchange, Reply};

/// A listening socket and its connections, all of which end when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    accepting: JoinHandle<Infallible>,
}

impl Server {
    /// Listens on the loopback interface; port 0 takes a free one.
    pub(crate) async fn start(port: u16, exchange: Arc<Exchange>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self {
            port,
            accepting: tokio::spawn(accept(listener, exchange)),
        })
    }

    /// Closes everything; after this a connection is refused.
    pub(crate) async fn stop(mut self) {
        self.accepting.abort();
        // The only outcome is that it was aborted.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, exchange: Arc<Exchange>) -> Infallible {
    // Dropped with this future, and its connections with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&exchange)))),
                // Out of file descriptors, for example: it passes when other connections close.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
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

async fn serve(stream: TcpStream, exchange: Arc<Exchange>) {
    // Only speed is lost where this fails.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| Box::pin(answer(request, &exchange)));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
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
        Some(Cut::Gone(_)) | None => {}
    }
}

async fn answer(
    request: http::Request<Incoming>,
    exchange: &Exchange,
) -> Result<Response<Full<bytes::Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    match exchange.serve(head, body).await {
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
