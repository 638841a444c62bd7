//! The provider publishes what the overlay had to add: with other operation ids, other schema names, and a
//! different schema of the same name.

use serde_json::{Value, json};
use xtask::Outcome;
use xtask::refresh::Options;

use crate::support::{Answer, Copy, Server, options};

/// An operation in the provider's style.
fn operation(id: &str, tag: &str, schema: &Value) -> Value {
    json!({
        "operationId": id,
        "summary": "Published at last",
        "tags": [tag],
        "parameters": [{
            "name": "x-apikey",
            "in": "header",
            "required": true,
            "schema": { "type": "string", "title": "API Key" }
        }],
        "responses": {
            "200": { "description": "Successful Response", "content": { "application/json": { "schema": schema } } }
        }
    })
}

fn stand_in(copy: &Copy) -> Value {
    let mut document = copy.document();
    let folder = json!({ "$ref": "#/components/schemas/FolderOut" });
    document["paths"]["/v1/folders"] = json!({
        "get": operation("Get_all_folders_v1_folders_get", "Folders", &json!({
            "type": "array",
            "items": folder,
            "title": "Response Get All Folders V1 Folders Get"
        })),
        "post": operation("Make_folder_v1_folders_post", "Folders", &folder)
    });
    document["components"]["schemas"]["FolderOut"] = json!({
        "type": "object",
        "title": "FolderOut",
        "required": ["id", "label"],
        "properties": {
            "id": { "type": "integer", "title": "Id" },
            "label": { "type": "string", "title": "Label" }
        }
    });
    document["components"]["schemas"]["Flow"] = json!({
        "type": "object",
        "title": "Flow",
        "required": ["uuid"],
        "properties": { "uuid": { "type": "string", "format": "uuid", "title": "Uuid" } }
    });
    document
}

#[test]
fn what_the_provider_publishes_is_used_and_the_maintainer_sees_what_to_do() {
    let copy = Copy::new();
    let server = Server::start();
    server.route("/openapi.json", Answer::ok(stand_in(&copy).to_string()));
    let from = options(&server.url("/openapi.json"));

    let (result, said) = copy.refresh(&Options { check: true, ..from });
    assert_eq!(result.unwrap(), Outcome::Breaking, "{said}");
    let (result, said_again) = copy.refresh(&options(&server.url("/openapi.json")));
    assert_eq!(result.unwrap(), Outcome::Done, "{said_again}");
    assert!(said_again.starts_with(&said), "--check prints the same");

    // The additions are skipped. One finding lists them, with what to do.
    let added =
        "added what the provider's document has now, in another form, which is used; remove the action\n";
    let (_, listed) = said.split_once(added).unwrap_or_else(|| panic!("{said}"));
    let listed: Vec<_> = listed
        .lines()
        .take_while(|line| line.starts_with("    "))
        .collect();
    for target in ["GET /v1/folders ", "POST /v1/folders ", "`Flow` "] {
        assert!(
            listed
                .iter()
                .any(|line| line.starts_with("    actions[") && line.contains(target)),
            "{target}: {listed:?}"
        );
    }
    // An addition that refers to our `Flow` gets theirs now.
    assert!(said.contains("refers to #/components/schemas/Flow"), "{said}");

    // The methods keep their names, since the naming actions still apply. The types are the provider's.
    let surface = copy.read("openapi.surface.txt");
    let methods: Vec<&str> = surface
        .lines()
        .filter(|line| line.contains("builder::folder::ListFolders::send("))
        .collect();
    assert!(
        matches!(&*methods, [line] if line.contains("Vec<types::FolderOut>")),
        "{methods:?}"
    );
    let changed = "changed  builder::folder::ListFolders::send: Vec<types::Folder> -> Vec<types::FolderOut>";
    assert!(said.contains(changed) && said.contains("release 0.2.0"), "{said}");

    // `check` reports these actions until they are removed.
    let mut out = Vec::new();
    assert_eq!(xtask::check::run(copy.path(), &mut out).unwrap(), Outcome::Stale);
    let found = String::from_utf8(out).unwrap();
    assert!(
        found
            .lines()
            .filter(|line| line.starts_with("failed"))
            .all(|line| line.starts_with("failed  openapi.overlay.json: ")),
        "{found}"
    );
}
