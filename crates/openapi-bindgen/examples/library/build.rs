//! Generates the client of `openapi.yaml`.

use openapi_bindgen::{Settings, Sources, generate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=openapi.yaml");
    let document = Sources::new("openapi.yaml").read()?;
    let generated = generate(document.value, &Settings::within("crate::library"))?;
    let file = std::path::Path::new(&std::env::var("OUT_DIR")?).join("library.rs");
    std::fs::write(file, generated.code)?;
    Ok(())
}
