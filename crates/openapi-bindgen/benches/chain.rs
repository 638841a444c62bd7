//! What each part of the chain costs on the vendored document: `cargo bench -p openapi-bindgen`.
//!
//! The parts are measured together with the whole, so that one run gives their shares, whatever else the
//! machine does.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion's macros; a bench may stop"
)]

#[path = "../../../build.rs"]
#[allow(dead_code, reason = "only the settings are used here")]
mod databar;

use std::{hint::black_box, path::Path};

use criterion::{Criterion, criterion_group, criterion_main};
use openapi_bindgen::{Sources, generate};
use openapi_downconvert::downconvert;

fn chain(criterion: &mut Criterion) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sources = Sources::new(root.join("openapi.json")).overlay(root.join("openapi.overlay.json"));
    let document = sources.read().unwrap().value;
    let settings = databar::settings();

    let mut group = criterion.benchmark_group("chain");
    group.sample_size(20);
    group.bench_function("read and overlay", |bencher| {
        bencher.iter(|| black_box(sources.read().unwrap()))
    });
    group.bench_function("downconvert", |bencher| {
        bencher.iter(|| black_box(downconvert(document.clone()).unwrap()));
    });
    group.bench_function("downconvert, prepare, progenitor, finish, format", |bencher| {
        bencher.iter(|| black_box(generate(document.clone(), &settings).unwrap()));
    });
    group.bench_function("whole", |bencher| {
        bencher.iter(|| black_box(generate(sources.read().unwrap().value, &settings).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, chain);
criterion_main!(benches);
