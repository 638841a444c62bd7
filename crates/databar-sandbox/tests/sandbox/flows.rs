//! Flows: saving, editing, versions, runs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    client::Client,
    runs::{RUN, start},
};

fn mapping(place: &str) -> Value {
    json!({ "type": "mapping", "value": place })
}

/// A flow from an email to the person, and from the domain to the company.
fn graph() -> Value {
    json!({
        "inputs": [
            { "id": "email", "description": "Work email", "type": "text", "required": true },
            { "id": "domain", "description": "Website", "type": "text", "required": false },
        ],
        "nodes": [
            { "id": "person", "waterfall": "person_getter", "inputs": { "email": mapping("email") } },
            { "id": "company", "enrichment": 123, "inputs": { "domain": mapping("domain") } },
        ],
        "output": { "name": mapping("person.full_name"), "industry": mapping("company.industry") },
    })
}

async fn create(client: &Client, config: Value) -> Value {
    let body = json!({ "name": "Buyers", "description": "Who and where", "config": config });
    let (status, flow) = client.post("/v1/flows", body).await;
    assert_eq!(status, 200, "{flow}");
    flow
}

fn path(flow: &Value) -> String {
    format!("/v1/flows/{}", flow["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_flow_is_created_listed_read_and_deleted() {
    let client = Client::new().await;
    let flow = create(&client, graph()).await;
    assert_eq!((&flow["config"], &flow["ui"]), (&graph(), &json!({})));
    assert_eq!(flow["inputs"], graph()["inputs"]);
    let outputs = flow["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), 2);
    assert!(outputs.contains(&json!({ "id": "name", "response_field_id": null })));
    assert_eq!(client.get(&path(&flow)).await, (200, flow.clone()));
    let (_, listed) = client.get("/v1/flows").await;
    assert_eq!(
        (listed.as_array().unwrap().len(), &listed[0]["name"]),
        (1, &json!("Buyers"))
    );
    assert!(listed[0].get("config").is_none(), "{listed}");
    assert_eq!(client.delete(&path(&flow)).await.0, 200);
    assert_eq!(client.get("/v1/flows").await.1, json!([]));
    for path in [
        path(&flow),
        format!("{}/versions", path(&flow)),
        format!("{}/versions/1", path(&flow)),
        "/v1/flows/abc".to_owned(),
    ] {
        assert_eq!(client.get(&path).await.0, 404, "{path}");
    }
    assert_eq!(client.delete(&path(&flow)).await.0, 404);
}

#[tokio::test]
async fn a_change_names_the_state_that_it_is_based_on() {
    let client = Client::new().await;
    let flow = create(&client, graph()).await;
    let (path, token) = (path(&flow), &flow["internal_version"]);
    let body = json!({ "name": "New", "config": {}, "internal_version": token });
    let (status, replaced) = client.put(&path, body.clone()).await;
    assert_eq!(
        (status, &replaced["name"], &replaced["description"]),
        (200, &json!("New"), &json!(""))
    );
    assert_ne!(replaced["internal_version"], *token);
    let stale = json!({ "detail": "This flow was modified by someone else." });
    assert_eq!(client.put(&path, body).await, (409, stale.clone()));
    let change = json!({ "config": graph(), "internal_version": token });
    assert_eq!(client.patch(&path, change).await, (409, stale.clone()));
    let ops = json!({ "ops": [], "internal_version": token });
    assert_eq!(
        client.patch(&format!("{path}/config"), ops).await,
        (409, stale.clone())
    );
    let restore = json!({ "internal_version": token });
    assert_eq!(
        client.post(&format!("{path}/versions/1/restore"), restore).await,
        (409, stale)
    );
    assert_eq!(client.get(&path).await.1, replaced);
}

#[tokio::test]
async fn a_part_of_a_flow_can_be_changed() {
    let client = Client::new().await;
    let flow = create(&client, graph()).await;
    let path = path(&flow);
    client.sandbox.advance(Duration::from_secs(60));
    let (status, renamed) = client.patch(&path, json!({ "name": "Sellers" })).await;
    assert_eq!(
        (status, &renamed["name"], &renamed["config"]),
        (200, &json!("Sellers"), &graph())
    );
    assert_eq!(
        (&renamed["created_at"], &renamed["updated_at"]),
        (&json!("2026-01-01T00:00:00Z"), &json!("2026-01-01T00:01:00Z"))
    );
    let (status, refusal) = client.patch(&path, json!({ "config": {} })).await;
    assert_eq!(status, 422);
    assert!(
        refusal["detail"].as_str().unwrap().contains("internal_version"),
        "{refusal}"
    );
    let change = json!({ "config": {}, "internal_version": renamed["internal_version"] });
    let (_, emptied) = client.patch(&path, change).await;
    assert_eq!(
        (&emptied["name"], &emptied["config"]),
        (&json!("Sellers"), &json!({}))
    );
    let (_, same) = client.patch(&path, json!({ "name": "Sellers" })).await;
    assert_eq!(same, emptied, "without a change, nothing is saved");
}

#[tokio::test]
async fn every_save_is_a_version_and_can_be_restored() {
    let client = Client::new().await;
    let flow = create(&client, graph()).await;
    let path = path(&flow);
    client.patch(&path, json!({ "ui": { "zoom": 2 } })).await;
    let (_, second) = client.patch(&path, json!({ "name": "Sellers" })).await;
    let (_, versions) = client.get(&format!("{path}/versions")).await;
    let brief = |versions: &Value| -> Vec<(u64, Value)> {
        let versions = versions.as_array().unwrap().iter();
        versions
            .map(|version| {
                (
                    version["number"].as_u64().unwrap(),
                    version["changed_fields"].clone(),
                )
            })
            .collect()
    };
    assert_eq!(
        brief(&versions),
        [
            (3, json!(["name"])),
            (2, json!(["ui"])),
            (1, json!(["name", "description", "config", "ui"]))
        ]
    );
    assert_eq!(
        (&versions[0]["source"], &versions[0]["restored_from"]),
        (&json!("api"), &Value::Null)
    );
    let (_, page) = client.get(&format!("{path}/versions?page=2&limit=2")).await;
    assert_eq!(page, json!([versions[2]]));

    let (_, first) = client.get(&format!("{path}/versions/1")).await;
    assert_eq!(
        (&first["name"], &first["config"], &first["ui"]),
        (&json!("Buyers"), &graph(), &json!({}))
    );
    assert_eq!(client.get(&format!("{path}/versions/4")).await.0, 404);
    assert_eq!(client.get(&format!("{path}/versions/0")).await.0, 404);

    let restore = format!("{path}/versions/1/restore");
    let (status, restored) = client.post(&restore, json!({})).await;
    assert_eq!(status, 200, "{restored}");
    assert_eq!(
        (
            &restored["version"]["number"],
            &restored["version"]["restored_from"]
        ),
        (&json!(4), &json!(1))
    );
    assert_eq!(
        (&restored["flow"]["name"], &restored["flow"]["ui"]),
        (&json!("Buyers"), &json!({}))
    );
    assert_ne!(restored["flow"]["internal_version"], second["internal_version"]);
    assert_eq!(
        client
            .post(&format!("{path}/versions/9/restore"), json!({}))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_version_that_is_no_longer_valid_is_not_restored() {
    let client = Client::new().await;
    let connector = json!({ "name": "Score", "method": "get", "url": "https://example.com" });
    let (_, connector) = client.post("/v1/connectors/", connector).await;
    let flow = create(
        &client,
        json!({ "nodes": [{ "id": "m1", "enrichment": connector["id"] }] }),
    )
    .await;
    let path = path(&flow);
    let change = json!({ "config": {}, "internal_version": flow["internal_version"] });
    client.patch(&path, change).await;
    client
        .delete(&format!("/v1/connectors/{}", connector["id"]))
        .await;
    let (status, refusal) = client
        .post(&format!("{path}/versions/1/restore"), json!({}))
        .await;
    assert_eq!(status, 422);
    assert!(
        refusal["detail"].as_str().unwrap().starts_with("Node m1: "),
        "{refusal}"
    );
    assert_eq!(
        client
            .get(&format!("{path}/versions"))
            .await
            .1
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_graph_that_is_not_valid_is_told_from_one_that_is() {
    let client = Client::new().await;
    let node = |node: Value| json!({ "nodes": [node] });
    for (config, at, part) in [
        (json!({ "nodes": 1 }), Value::Null, "`nodes` is not an array"),
        (json!({ "inputs": [{}] }), Value::Null, "no `id`"),
        (
            json!({ "inputs": [{ "id": "a" }, { "id": "a" }] }),
            Value::Null,
            "two inputs a",
        ),
        (node(json!({ "id": "" })), Value::Null, "no `id`"),
        (
            json!({ "nodes": [{ "id": "a" }, { "id": "a" }] }),
            json!("a"),
            "another node",
        ),
        (
            node(json!({ "id": "a", "enrichment": 1 })),
            json!("a"),
            "no enrichment 1 ",
        ),
        (
            node(json!({ "id": "a", "enrichment": 410 })),
            json!("a"),
            "no enrichment 410 ",
        ),
        (
            node(json!({ "id": "a", "waterfall": "x" })),
            json!("a"),
            "no waterfall",
        ),
        (
            node(json!({ "id": "a", "enrichment": 123, "waterfall": "x" })),
            json!("a"),
            "and a waterfall",
        ),
        (
            node(json!({ "id": "a", "enrichment": 123 })),
            json!("a"),
            "domain: This field is required.",
        ),
        (
            node(json!({ "id": "a", "enrichment": 123, "inputs": { "domain": mapping("b.c") } })),
            json!("a"),
            "nothing named b.c",
        ),
        (
            node(json!({ "id": "a", "inputs": { "domain": "b" } })),
            json!("a"),
            "a `type`",
        ),
        (
            node(json!({ "id": "a", "inputs": 1 })),
            json!("a"),
            "`inputs` is not an object",
        ),
        (
            json!({ "output": { "x": mapping("y") } }),
            Value::Null,
            "nothing named y",
        ),
    ] {
        let (status, answer) = client
            .post("/v1/flows/validate-config", json!({ "config": config }))
            .await;
        assert_eq!((status, &answer["valid"]), (200, &json!(false)), "{config}");
        let error = &answer["errors"][0];
        assert_eq!(error["node_id"], at, "{config}");
        assert!(
            error["message"].as_str().unwrap().contains(part),
            "{config}: {error}"
        );
        let body = json!({ "name": "Broken", "config": config });
        let (status, refusal) = client.post("/v1/flows", body).await;
        assert_eq!(status, 422, "{config}");
        assert!(refusal["detail"].as_str().unwrap().contains(part), "{refusal}");
    }
    for config in [
        graph(),
        json!({}),
        json!({ "nodes": [{ "id": "m1", "kind": "condition" }] }),
    ] {
        let (_, answer) = client
            .post("/v1/flows/validate-config", json!({ "config": config }))
            .await;
        assert_eq!(answer, json!({ "valid": true, "errors": [] }), "{config}");
    }
    assert_eq!(client.get("/v1/flows").await.1, json!([]));
}

#[tokio::test]
async fn the_cost_of_a_graph_is_a_range() {
    let client = Client::new().await;
    let news = |limit: Value| {
        let inputs = json!({ "domain": { "type": "simple", "value": "a.com" }, "limit": limit });
        json!({ "inputs": [{ "id": "n" }], "nodes": [{ "id": "news", "enrichment": 312, "inputs": inputs }] })
    };
    for (config, max) in [
        (graph(), "1.25"),
        (json!({}), "0"),
        (news(json!({ "type": "simple", "value": "20" })), "1"),
        (news(mapping("n")), "5"),
    ] {
        let (status, cost) = client
            .post("/v1/flows/cost-estimate", json!({ "config": config }))
            .await;
        assert_eq!(
            (status, cost),
            (200, json!({ "min": "0", "max": max, "currency": "credits" }))
        );
    }
}

#[tokio::test]
async fn edits_change_the_graph_together_or_not_at_all() {
    let client = Client::new().await;
    let flow = create(&client, json!({ "inputs": [], "nodes": [] })).await;
    let config = format!("{}/config", path(&flow));
    let ops = json!([
        { "op": "set_input", "input": { "id": "site", "required": true } },
        { "op": "set_input", "input": { "id": "domain" } },
        { "op": "remove_input", "input_id": "site" },
        { "op": "add_node", "node": { "id": "m1", "enrichment": 124 } },
        { "op": "set_node_input", "node_id": "m1", "name": "domain", "value": mapping("domain") },
        { "op": "update_node", "node_id": "m1", "changes": { "enrichment": 123 } },
        { "op": "set_node_output", "node_id": "m1", "name": "sector", "value": "industry" },
        { "op": "add_node", "node": { "id": "m2" } },
        { "op": "replace_node", "node_id": "m2", "node": { "id": "m3", "inputs": { "x": mapping("domain") } } },
        { "op": "remove_node_input", "node_id": "m3", "name": "x" },
        { "op": "remove_node", "node_id": "m3" },
        { "op": "set_output", "output": { "a": mapping("m1.sector") } },
        { "op": "set_output_field", "name": "b", "value": mapping("m1.country") },
        { "op": "remove_output_field", "name": "a" },
    ]);
    let edited = json!({
        "inputs": [{ "id": "domain" }],
        "nodes": [{
            "id": "m1",
            "enrichment": 123,
            "inputs": { "domain": mapping("domain") },
            "outputs": { "sector": "industry" },
        }],
        "output": { "b": mapping("m1.country") },
    });
    let (status, tried) = client
        .patch(&config, json!({ "ops": ops, "validate_only": true }))
        .await;
    assert_eq!(
        (status, &tried["valid"], &tried["flow"]),
        (200, &json!(true), &Value::Null)
    );
    assert_eq!(tried["config"], edited);
    assert_eq!(client.get(&path(&flow)).await.1, flow, "it was only a trial");
    let (_, saved) = client.patch(&config, json!({ "ops": ops })).await;
    assert_eq!(
        (&saved["valid"], &saved["flow"]["config"]),
        (&json!(true), &edited)
    );
    let unset = json!([{ "op": "remove_node_output", "node_id": "m1", "name": "sector" }]);
    let (_, unset) = client.patch(&config, json!({ "ops": unset })).await;
    assert_eq!(unset["config"]["nodes"][0]["outputs"], json!({}));

    let (_, before) = client.get(&path(&flow)).await;
    for (ops, part) in [
        (
            json!([{ "op": "remove_node", "node_id": "m1" }]),
            "nothing named m1.country",
        ),
        (
            json!([{ "op": "set_output", "output": {} }, { "op": "paint" }]),
            "Op 2: There is no op paint",
        ),
        (json!([{ "op": "remove_node", "node_id": "m9" }]), "Op 1: "),
        (
            json!([{ "op": "add_node", "node": { "id": "m1" } }]),
            "a node m1 already",
        ),
        (json!([{}]), "Op 1: The op lacks `op`"),
    ] {
        let (status, tried) = client
            .patch(&config, json!({ "ops": ops, "validate_only": true }))
            .await;
        assert_eq!((status, &tried["valid"]), (200, &json!(false)), "{ops}");
        assert!(tried["errors"][0].as_str().unwrap().contains(part), "{tried}");
        let (status, refusal) = client.patch(&config, json!({ "ops": ops })).await;
        assert_eq!(status, 422, "{ops}");
        assert!(refusal["detail"].as_str().unwrap().contains(part), "{refusal}");
    }
    assert_eq!(client.get(&path(&flow)).await.1, before);
}

#[tokio::test]
async fn a_run_takes_its_steps_and_pays_for_them() {
    let client = Client::new().await;
    let flow = create(&client, graph()).await;
    let run = format!("{}/run", path(&flow));
    let inputs = json!({ "email": "ada.ito@acme.com", "domain": "stripe.com" });
    let task = start(&client, &run, json!({ "inputs": inputs })).await;
    assert_eq!(client.get(&task).await.1["status"], "queued");
    assert_eq!(client.sandbox.credits(), 998.75);
    client.sandbox.advance(RUN);
    let (_, done) = client.get(&task).await;
    assert_eq!(
        (&done["status"], &done["data"]["name"]),
        (&json!("completed"), &json!("Ada Ito"))
    );

    let alone = json!({ "params": { "domain": "stripe.com" } });
    let alone = start(&client, "/v1/enrichments/123/run", alone).await;
    client.sandbox.advance(RUN);
    let (_, alone) = client.get(&alone).await;
    assert_eq!(
        done["data"]["industry"], alone["data"]["industry"],
        "a step knows what the enrichment knows"
    );
    assert_eq!(
        1000.0 - client.sandbox.credits(),
        done["credits_spent"].as_f64().unwrap() + 0.5
    );
    assert_eq!(done["credits_spent"], 1.0);

    let again = start(&client, &run, json!({ "inputs": inputs })).await;
    client.sandbox.advance(RUN);
    assert_eq!(client.get(&again).await.1["data"], done["data"]);
}

#[tokio::test]
async fn a_step_without_its_input_is_skipped_and_one_that_fails_ends_the_run() {
    let client = Client::new().await;
    let flow = create(&client, graph()).await;
    let bulk = format!("{}/bulk-run", path(&flow));
    let inputs = json!([
        { "email": "ada.ito@acme.com" },
        { "email": "nobody@acme.test" },
        { "email": "ada.ito@acme.com", "domain": "a.invalid" },
    ]);
    let task = start(&client, &bulk, json!({ "inputs": inputs })).await;
    client.sandbox.advance(RUN);
    let (_, done) = client.get(&task).await;
    assert_eq!(done["status"], "partially_completed");
    assert_eq!(
        done["data"],
        json!([{ "name": "Ada Ito", "industry": null }, null, null])
    );
    assert_eq!(
        done["progress"],
        json!({ "total": 3, "completed": 1, "no_data": 1, "failed": 1, "processing": 0 })
    );
    assert_eq!(
        client.sandbox.credits(),
        1000.0 - done["credits_spent"].as_f64().unwrap()
    );
    let body = json!({ "inputs": { "email": "ada.ito@acme.com", "domain": "a.invalid" } });
    let failed = start(&client, &format!("{}/run", path(&flow)), body).await;
    client.sandbox.advance(RUN);
    let (_, failed) = client.get(&failed).await;
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (
            &json!("failed"),
            &json!("Node company: Firmbase could not process this input")
        )
    );
}

#[tokio::test]
async fn without_an_output_the_result_holds_that_of_each_node() {
    let client = Client::new().await;
    let config = json!({
        "inputs": [{ "id": "domain" }],
        "nodes": [
            { "id": "people", "enrichment": 310, "inputs": { "domain": mapping("domain") } },
            { "id": "other", "kind": "wait" },
        ],
    });
    let flow = create(&client, config).await;
    let body = json!({ "inputs": { "domain": "github.com" } });
    let task = start(&client, &format!("{}/run", path(&flow)), body).await;
    client.sandbox.advance(RUN);
    let (_, done) = client.get(&task).await;
    assert_eq!(done["data"]["people"].as_array().unwrap().len(), 10);
    assert_eq!(done["data"]["other"], Value::Null);
}

#[tokio::test]
async fn runs_lack_no_required_input_and_no_credits() {
    let client = Client::with(databar_sandbox::Sandbox::builder().credits(1.0)).await;
    let flow = create(&client, graph()).await;
    let run = format!("{}/run", path(&flow));
    let (status, refusal) = client
        .post(&run, json!({ "inputs": { "domain": "a.com" } }))
        .await;
    assert!(status == 400 || status == 422, "{refusal}");
    assert_eq!(
        refusal["rows"],
        json!([{ "position": 1, "fields": { "email": ["This field is required."] } }])
    );
    let body = json!({ "inputs": { "email": "ada.ito@acme.com", "domain": "stripe.com" } });
    assert_eq!(client.post(&run, body.clone()).await.0, 406);
    assert_eq!(client.sandbox.credits(), 1.0);
    let nowhere = "/v1/flows/00000000-0000-0000-0000-000000000000";
    assert_eq!(client.post(&format!("{nowhere}/run"), body).await.0, 404);
    assert_eq!(
        client
            .post(&format!("{nowhere}/bulk-run"), json!({ "inputs": [] }))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_flow_whose_enrichment_is_gone_fails() {
    let client = Client::new().await;
    let connector = json!({ "name": "Score", "method": "get", "url": "https://example.com" });
    let (_, connector) = client.post("/v1/connectors/", connector).await;
    let flow = create(
        &client,
        json!({ "nodes": [{ "id": "m1", "enrichment": connector["id"] }] }),
    )
    .await;
    client
        .delete(&format!("/v1/connectors/{}", connector["id"]))
        .await;
    let task = start(&client, &format!("{}/run", path(&flow)), json!({ "inputs": {} })).await;
    client.sandbox.advance(RUN);
    assert_eq!(client.get(&task).await.1["status"], "failed");
}

#[tokio::test]
async fn a_run_has_an_end() {
    let client = Client::new().await;
    let nodes: Vec<Value> = (0..1000)
        .map(|number| json!({ "id": number.to_string() }))
        .collect();
    let flow = create(&client, json!({ "nodes": nodes })).await;
    let bulk = format!("{}/bulk-run", path(&flow));
    for (count, status) in [(100, 200), (101, 400)] {
        let body = json!({ "inputs": vec![json!({}); count] });
        assert_eq!(client.post(&bulk, body).await.0, status);
    }
}
