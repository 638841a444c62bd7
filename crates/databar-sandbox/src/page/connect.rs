//! How to point each known client at this sandbox.

use maud::{Markup, html};

/// `host` is the address under which the browser reached this page. Clients on the same machine can use it,
/// too.
pub(super) fn show(host: &str, key: &str) -> Markup {
    html! {
        p { "Replace " code { "KEY" } " with the key that the sandbox was started with: " code { (masked(key)) } "." }
        @for (client, how) in clients(host) {
            details open[client == "curl"] {
                summary { (client) }
                pre tabindex="0" { code { (how) } }
            }
        }
    }
}

/// The first characters of a key and dots, by which somebody who knows the key can recognise it.
fn masked(key: &str) -> String {
    let shown: String = key.chars().take(if key.len() > 6 { 2 } else { 0 }).collect();
    format!("{shown}••••••")
}

fn clients(host: &str) -> [(&'static str, String); 6] {
    [
        (
            "curl",
            format!("curl http://{host}/v1/user/me -H 'x-apikey: KEY'"),
        ),
        (
            "Rust (crate databar)",
            format!(
                "let databar = databar::Client::builder().key(\"KEY\").base_url(\"http://{host}\").build()?;"
            ),
        ),
        (
            "Python (package databar)",
            format!(
                "from databar import DatabarClient\n\nclient = DatabarClient(api_key=\"KEY\", base_url=\"http://{host}/v1\")"
            ),
        ),
        (
            "Command line of the Python package, which has no flag for the address",
            format!(
                "# sandbox_cli.py, then: DATABAR_API_KEY=KEY python sandbox_cli.py table list\n\
                 from databar import DatabarClient\n\
                 from databar.cli.app import app\n\n\
                 key, _, *others = DatabarClient.__init__.__defaults__\n\
                 DatabarClient.__init__.__defaults__ = (key, \"http://{host}/v1\", *others)\n\
                 app()"
            ),
        ),
        (
            "MCP server (package databar-mcp-server)",
            format!("DATABAR_API_KEY=KEY DATABAR_BASE_URL=http://{host}/v1 npx databar-mcp-server"),
        ),
        (
            "Make a request fail",
            format!(
                "curl http://{host}/_sandbox/faults -H 'x-apikey: KEY' -H 'content-type: application/json' \\\n  \
                 -d '{{\"spec\": \"run_enrichment:reset-after:times=1\"}}'"
            ),
        ),
    ]
}
