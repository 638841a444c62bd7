//! Stopping on Ctrl-C or SIGTERM.

/// Completes when the user or the system wants the program to end. A second request ends it at once.
pub(crate) async fn stopped() {
    wanted().await;
    at_once();
}

/// From now on, Ctrl-C or SIGTERM ends the program at once.
pub(crate) fn at_once() {
    tokio::spawn(async {
        wanted().await;
        crate::source::clean_up();
        std::process::exit(130);
    });
}

async fn wanted() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await;
}
