//! Edits of a flow's graph (`ops`). Their names are those that the Python SDK 2.8.0 lists, and so is the
//! operand `node_id`. The other operands are this sandbox's invention. The README lists them.

use serde_json::{Map, Value};

type Config = Map<String, Value>;

/// Makes one edit. The error says what is wrong with it; the graph may then be partly edited.
pub(super) fn edit(config: &mut Config, op: &Config) -> Result<(), String> {
    let name = text(op, "op")?;
    match name {
        "set_input" => put(list(config, "inputs")?, operand(op, "input")?),
        "remove_input" => take(list(config, "inputs")?, text(op, "input_id")?),
        "add_node" => {
            let nodes = list(config, "nodes")?;
            let node = operand(op, "node")?;
            if find(nodes, id(node)?).is_some() {
                return Err(format!("There is a node {} already", id(node)?));
            }
            put(nodes, node)
        }
        "replace_node" => {
            let place = node(config, op)?;
            *place = operand(op, "node")?.clone();
            Ok(())
        }
        "update_node" => {
            let changes = object(operand(op, "changes")?, "changes")?.clone();
            object_mut(node(config, op)?, "node")?.extend(changes);
            Ok(())
        }
        "remove_node" => take(list(config, "nodes")?, text(op, "node_id")?),
        "set_node_input" => set(node(config, op)?, "inputs", op),
        "remove_node_input" => unset(node(config, op)?, "inputs", op),
        "set_node_output" => set(node(config, op)?, "outputs", op),
        "remove_node_output" => unset(node(config, op)?, "outputs", op),
        "set_output" => {
            config.insert("output".to_owned(), operand(op, "output")?.clone());
            Ok(())
        }
        "set_output_field" => {
            let output = config
                .entry("output")
                .or_insert_with(|| Value::Object(Map::new()));
            let value = operand(op, "value")?.clone();
            object_mut(output, "output")?.insert(text(op, "name")?.to_owned(), value);
            Ok(())
        }
        "remove_output_field" => {
            let output = config.get_mut("output").and_then(Value::as_object_mut);
            let field = text(op, "name")?;
            let removed = output.and_then(|output| output.remove(field));
            removed
                .map(drop)
                .ok_or_else(|| format!("The output has no field {field}"))
        }
        other => Err(format!("There is no op {other}")),
    }
}

fn operand<'a>(op: &'a Config, name: &str) -> Result<&'a Value, String> {
    op.get(name).ok_or_else(|| format!("The op lacks `{name}`"))
}

fn text<'a>(op: &'a Config, name: &str) -> Result<&'a str, String> {
    let value = operand(op, name)?;
    value.as_str().ok_or_else(|| format!("`{name}` is not text"))
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Config, String> {
    value
        .as_object()
        .ok_or_else(|| format!("`{name}` is not an object"))
}

fn object_mut<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Config, String> {
    value
        .as_object_mut()
        .ok_or_else(|| format!("`{name}` is not an object"))
}

fn list<'a>(config: &'a mut Config, name: &str) -> Result<&'a mut Vec<Value>, String> {
    let list = config.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    list.as_array_mut()
        .ok_or_else(|| format!("`{name}` is not an array"))
}

fn id(value: &Value) -> Result<&str, String> {
    value["id"].as_str().ok_or_else(|| "It has no `id`".to_owned())
}

fn find<'a>(list: &'a mut [Value], wanted: &str) -> Option<&'a mut Value> {
    list.iter_mut().find(|one| one["id"] == wanted)
}

fn put(list: &mut Vec<Value>, value: &Value) -> Result<(), String> {
    match find(list, id(value)?) {
        Some(place) => *place = value.clone(),
        None => list.push(value.clone()),
    }
    Ok(())
}

fn take(list: &mut Vec<Value>, wanted: &str) -> Result<(), String> {
    let before = list.len();
    list.retain(|one| one["id"] != wanted);
    if list.len() == before {
        return Err(format!("There is nothing with the id {wanted}"));
    }
    Ok(())
}

fn node<'a>(config: &'a mut Config, op: &Config) -> Result<&'a mut Value, String> {
    let wanted = text(op, "node_id")?;
    find(list(config, "nodes")?, wanted).ok_or_else(|| format!("There is no node {wanted}"))
}

fn set(node: &mut Value, member: &str, op: &Config) -> Result<(), String> {
    let entries = object_mut(node, "node")?
        .entry(member)
        .or_insert_with(|| Value::Object(Map::new()));
    let value = operand(op, "value")?.clone();
    object_mut(entries, member)?.insert(text(op, "name")?.to_owned(), value);
    Ok(())
}

fn unset(node: &mut Value, member: &str, op: &Config) -> Result<(), String> {
    let name = text(op, "name")?;
    let entries = node.get_mut(member).and_then(Value::as_object_mut);
    let removed = entries.and_then(|entries| entries.remove(name));
    removed
        .map(drop)
        .ok_or_else(|| format!("The node has nothing named {name} in `{member}`"))
}
