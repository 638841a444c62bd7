"""Calls every public method of the provider's Python client (PyPI databar 2.8.0) against the sandbox.

    cargo build -p databar-sandbox
    python3 crates/databar-sandbox/conformance/python/sdk.py

Prints a line for each method. The exit status is 1 if a method fails or is left out. Needs Python 3.9 and
PyPI; another binary may be given as the argument.
"""

import inspect
import time

from sandbox import Outcome, inside_environment, sandbox

inside_environment()

from databar import DatabarClient  # noqa: E402
from databar.models import BatchUpdateRow, InsertRow, UpsertRow  # noqa: E402

COMPANY = {"domain": "stripe.com"}
PERSON = {"first_name": "Ada", "last_name": "Ito", "company": "acme.com"}


def config(domain):
    entry = {"type": "mapping", "value": domain}
    return {"inputs": [{"id": domain}], "nodes": [{"id": "m1", "enrichment": 123, "inputs": {"domain": entry}}]}


def calls(client):
    """Yields calls (name, arguments), in an order in which each finds what it needs. Receives the answers."""
    yield "get_user", ()

    yield "list_enrichments", ()
    yield "get_enrichment", (310,)
    yield "get_param_choices", (310, "seniority")
    task = yield "run_enrichment", (123, COMPANY)
    yield "poll_task", (task.task_id,)
    yield "get_task", (task.task_id,)
    task = yield "run_enrichment_bulk", (123, [COMPANY] * 3)
    yield "cancel_task", (task.task_id,)
    yield "run_enrichment_sync", (123, COMPANY)
    yield "run_enrichment_bulk_sync", (123, [COMPANY])

    yield "list_waterfalls", ()
    yield "get_waterfall", ("email_getter",)
    yield "run_waterfall", ("email_getter", PERSON)
    yield "run_waterfall_bulk", ("email_getter", [PERSON])
    yield "run_waterfall_sync", ("email_getter", PERSON)
    yield "run_waterfall_bulk_sync", ("email_getter", [PERSON])

    flow = yield "create_flow", ("Leads", config("domain"))
    yield "list_flows", ()
    flow = yield "get_flow", (flow.id,)
    flow = yield "replace_flow", (flow.id, "Companies", config("website"), flow.internal_version)
    yield "update_flow", (flow.id,), {"name": "Renamed"}
    yield "patch_flow_config", (flow.id, [{"op": "set_input", "input": {"id": "country"}}])
    yield "validate_flow_config", (config("domain"),)
    yield "estimate_flow_cost", (config("domain"),)
    versions = yield "list_flow_versions", (flow.id,)
    yield "get_flow_version", (flow.id, versions[-1].number)
    yield "restore_flow_version", (flow.id, versions[-1].number)
    yield "run_flow", (flow.id, COMPANY)
    yield "run_flow_bulk", (flow.id, [COMPANY])
    yield "run_flow_sync", (flow.id, COMPANY)
    yield "run_flow_bulk_sync", (flow.id, [COMPANY])
    yield "delete_flow", (flow.id,)

    table = (yield "create_table", ("Leads", ["Domain", "Note"])).identifier
    yield "list_tables", ()
    yield "rename_table", (table, "Companies")
    columns = yield "get_columns", (table,)
    column = (yield "create_column", (table, "Size", "number")).identifier
    yield "rename_column", (table, column, "Employees")
    yield "reorder_column", (table, column, 0)
    yield "delete_column", (table, column)
    inserted = yield "create_rows", (table, [InsertRow(fields={"Domain": "stripe.com"})] * 2)
    row = inserted.results[0].id
    yield "patch_rows", (table, [BatchUpdateRow(id=row, fields={"Note": "x"})])
    yield "upsert_rows", (table, [UpsertRow(key={"Domain": "openai.com"}, fields={"Note": "y"})])
    yield "get_rows", (table,)
    yield "delete_rows", (table, [row])
    yield "dedupe_table_rows", (table, [columns[0].identifier])

    mapping = {"domain": {"type": "mapping", "value": "Domain"}}
    enrichment = (yield "add_enrichment", (table, 123, mapping)).id
    yield "update_enrichment", (table, enrichment), {"launch_strategy": "run_on_update"}
    yield "run_table_enrichment", (table, str(enrichment))
    yield "get_table_enrichments", (table,)
    yield "add_waterfall", (table, "person_getter"), {"mapping": {"email": "Note"}}
    yield "get_table_waterfalls", (table,)
    yield "add_exporter", (table, 52, mapping)
    yield "get_table_exporters", (table,)

    yield "list_exporters", ()
    yield "get_exporter", (52,)
    connector = (yield "create_connector", ("Ping", "get", "https://example.com")).id
    yield "list_connectors", ()
    yield "get_connector", (connector,)
    yield "update_connector", (connector, "Pong", "post", "https://example.com")
    yield "delete_connector", (connector,)

    export = yield "export_table", (table, "csv")
    assert export.file is None, export
    time.sleep(0.5)
    export = yield "get_table_export", (table,)
    assert export.file, export
    copy = yield "duplicate_table", (table,)
    yield "clear_table", (copy.identifier,)

    folder = (yield "create_folder", ("Leads",)).id
    yield "list_folders", ()
    yield "rename_folder", (folder, "Old leads")
    yield "move_table_to_folder", (table, folder)
    yield "delete_folder", (folder,)

    first, second = (yield "list_workbooks", ())[:2]
    yield "get_workbook", (first.id,)
    yield "rename_workbook", (first.id, "Book")
    yield "move_table", (copy.identifier,), {"workbook": first.id}
    yield "merge_workbooks", (first.id, [second.id])
    yield "add_workbook_table", (first.id, "Sheet")
    sheets = (yield "get_workbook", (first.id,)).tables
    yield "reorder_workbook_tables", (first.id, [sheet.identifier for sheet in reversed(sheets)])
    duplicate = yield "duplicate_workbook", (first.id,)
    yield "delete_workbook", (duplicate.id,)
    yield "delete_table", (table,)
    yield "list_trash", ()
    yield "restore_trash", (), {"tables": [table]}
    yield "purge_trash", (), {"workbooks": [duplicate.id]}
    yield "close", ()


def main():
    outcome = Outcome()
    with sandbox() as (base_url, key):
        client = DatabarClient(api_key=key, base_url=f"{base_url}/v1", poll_interval_s=0.1)
        left_out = {name for name, _ in inspect.getmembers(client, inspect.ismethod) if not name.startswith("_")}
        script = calls(client)
        call = next(script)
        while call:
            name, arguments, keywords = (*call, {})[:3]
            left_out.discard(name)
            try:
                answer = getattr(client, name)(*arguments, **keywords)
            except Exception as error:  # noqa: BLE001
                # Later calls may need its answer.
                outcome.record(name, f"{error} {getattr(error, 'response_body', '')}")
                break
            outcome.record(name)
            try:
                call = script.send(answer)
            except StopIteration:
                break
        for name in sorted(left_out):
            outcome.record(name, "not called")
    outcome.exit()


main()
