// Calls every tool of the provider's MCP server (npm databar-mcp-server 1.4.0, over stdio) against the
// sandbox.
//
//     cargo build -p databar-sandbox
//     node crates/databar-sandbox/conformance/mcp-server/run.mjs
//
// Prints a line for each call. The exit status is 1 if a call fails, if a tool is left out, or if the sandbox
// records a violation that is not listed below. Needs Node 20 and the npm registry; installs into a temporary
// folder.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const SERVER = "databar-mcp-server@1.4.0";
const BINARY =
  process.argv[2] ?? fileURLToPath(new URL("../../../../target/debug/databar-sandbox", import.meta.url));

// Requests of the server that the document does not allow, with the reason why each is not a bug of the
// sandbox.
const EXPECTED_VIOLATIONS = [
  // It leaves the last slash of list paths out and follows the redirect.
  /^warning: request of GET \/v1\/(enrichments|waterfalls), \/path: the document spells this path /,
];

// The tool, its arguments, and what its answer must contain. `c` collects what later calls need.
const CALLS = [
  ["get_user_balance", () => ({}), /Balance: 1000 credits/],
  ["search_enrichments", () => ({ query: "company", category: "company", limit: 5 }), /Name: Company search/],
  ["get_enrichment_details", () => ({ enrichment_id: 310 }), /Pagination: supported \(10 results per page\)/],
  ["get_param_choices", () => ({ enrichment_id: 310, param_name: "seniority", q: "v" }), /vp: Vice president/],
  [
    "run_enrichment",
    () => ({ enrichment_id: 123, params: { domain: "stripe.com" } }),
    /"company_name": "Stripe"/,
  ],
  ["run_enrichment", () => ({ enrichment_id: 123, params: { domain: "stripe.com" } }), /cached result/],
  [
    "run_enrichment",
    () => ({ enrichment_id: 123, params: { domain: "acme.test" } }),
    /completed successfully[^]*No data returned/,
  ],
  [
    "run_enrichment",
    () => ({ enrichment_id: 311, params: { country: "DE" }, pages: 2 }),
    /Pages requested: 2[^]*company_name/,
  ],
  [
    "run_bulk_enrichment",
    () => ({ enrichment_id: 123, params_list: [{ domain: "stripe.com" }, { domain: "acme.test" }] }),
    /Records: 2[^]*Stripe[^]*null/,
  ],
  ["search_waterfalls", () => ({ query: "email" }), /Identifier: email_getter/],
  [
    "run_waterfall",
    () => ({
      waterfall_identifier: "email_getter",
      params: { first_name: "Ada", last_name: "Ito", company: "acme.com" },
      provider_ids: [833, 966],
      email_verifier: 10,
    }),
    /Providers Tried:\n- \w+: ada\.ito@acme\.com \(0\.0\d credits\)[^]*"email": "ada\.ito@acme\.com"/,
  ],
  [
    "run_waterfall",
    () => ({ waterfall_identifier: "person_getter", params: { email: "nobody@acme.test" } }),
    /no data was found/,
  ],
  [
    "run_bulk_waterfall",
    () => ({ waterfall_identifier: "person_getter", params_list: [{ email: "ada.ito@acme.com" }] }),
    /Ada Ito/,
  ],
  [
    "create_table",
    () => ({ name: "Leads", columns: ["domain", "note"] }),
    /UUID: [-0-9a-f]{36}/,
    (c, text) => (c.table = text.match(/UUID: (\S+)/)[1]),
  ],
  ["create_table", () => ({}), /Name: New empty table/],
  ["list_tables", () => ({}), /Found 2 table\(s\)/],
  ["get_table_columns", (c) => ({ table_uuid: c.table }), /domain \(text\)/],
  [
    "create_rows",
    (c) => ({
      table_uuid: c.table,
      rows: Array.from({ length: 60 }, (_, n) => ({ fields: { domain: `company-${n}.com`, size: "1" } })),
      options: { allow_new_columns: true },
    }),
    /Created: 60 row\(s\)/,
    (c, text) => (c.row = text.match(/ {2}- (\S+)/)[1]),
  ],
  [
    "get_table_rows",
    (c) => ({ table_uuid: c.table, per_page: 5, filter: { domain: { contains: "COMPANY-5" } } }),
    /"total_count": 11/,
  ],
  [
    "patch_rows",
    (c) => ({ table_uuid: c.table, rows: [{ id: c.row, fields: { note: "first" } }] }),
    /Updated: 1, Failed: 0/,
  ],
  [
    "upsert_rows",
    (c) => ({
      table_uuid: c.table,
      rows: [
        { key: { domain: "company-1.com" }, fields: { note: "second" } },
        { key: { domain: "stripe.com" }, fields: { note: "new" } },
      ],
    }),
    /Created: 1, Updated: 1, Failed: 0/,
  ],
  [
    "add_table_enrichment",
    (c) => ({
      table_uuid: c.table,
      enrichment_id: 123,
      mapping: { domain: { type: "mapping", value: "domain" } },
    }),
    /Table enrichment ID: \d+\nName: Company data/,
    (c, text) => (c.enrichment = text.match(/ID: (\d+)/)[1]),
  ],
  ["get_table_enrichments", (c) => ({ table_uuid: c.table }), /Table has 1 enrichment\(s\)/],
  [
    "run_table_enrichment",
    (c) => ({ table_uuid: c.table, enrichment_id: c.enrichment }),
    /triggered successfully/,
    () => new Promise((done) => setTimeout(done, 200)),
  ],
  [
    "get_table_rows",
    (c) => ({ table_uuid: c.table, filter: { domain: { equals: "stripe.com" } } }),
    /"Company name": "Stripe"/,
  ],
];

const folder = mkdtempSync(join(tmpdir(), "databar-mcp-server-"));
const failures = [];
let sandbox, client;
try {
  console.log(`installing ${SERVER}`);
  const install = ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, SERVER];
  execFileSync("npm", install, { stdio: "inherit" });

  const flags = ["--profile", "mcp-server", "--task-ms", "50"];
  sandbox = spawn(BINARY, flags, { stdio: ["ignore", "pipe", "pipe"] });
  let warnings = "";
  sandbox.stderr.on("data", (data) => (warnings += data));
  const contact = JSON.parse(await firstLine(sandbox));

  // The client from the server's own dependencies.
  const require = createRequire(join(folder, "node_modules", "databar-mcp-server", "package.json"));
  const load = (path) => import(pathToFileURL(require.resolve(`@modelcontextprotocol/sdk/client/${path}.js`)));
  const [{ Client }, { StdioClientTransport }] = await Promise.all([load("index"), load("stdio")]);
  client = new Client({ name: "conformance", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(folder, "node_modules", "databar-mcp-server", "dist", "index.js")],
      env: {
        ...process.env,
        DATABAR_API_KEY: contact.api_key,
        DATABAR_BASE_URL: `${contact.base_url}/v1`,
        POLL_INTERVAL_MS: "40",
        MAX_POLL_ATTEMPTS: "50",
      },
      stderr: "ignore",
    }),
  );

  const { tools } = await client.listTools();
  const collected = {};
  for (const [name, args, expected, then] of CALLS) {
    const answer = await client.callTool({ name, arguments: args(collected) });
    const text = answer.content.map((part) => part.text).join("\n");
    const passed = !answer.isError && expected.test(text);
    console.log(`${passed ? "ok    " : "FAILED"} ${name}`);
    if (passed) {
      await then?.(collected, text);
    } else {
      failures.push(`${name}: the answer is not like ${expected}:\n${text}`);
    }
  }
  for (const { name } of tools.filter(({ name }) => !CALLS.some(([called]) => called === name))) {
    failures.push(`${name} was not called`);
  }

  // The sandbox reports violations a few times a second.
  await new Promise((done) => setTimeout(done, 500));
  const unexpected = warnings
    .split("\n")
    .filter((line) => line && !EXPECTED_VIOLATIONS.some((expected) => expected.test(line)));
  failures.push(...unexpected);
  console.log(`${tools.length} tools, ${CALLS.length} calls, ${failures.length} failures`);
} finally {
  await client?.close();
  sandbox?.kill();
  rmSync(folder, { recursive: true, force: true });
}
failures.forEach((failure) => console.error(failure));
process.exitCode = failures.length === 0 ? 0 : 1;

function firstLine(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code} before it said where it is`)));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
}
