//! Measures how long a conversion takes for documents of three sizes. Parsing their text is measured for
//! comparison. The time grows linearly, and a document of 10 MB takes less than 1 s.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::expect_used, reason = "a benchmark may stop")]

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use openapi_downconvert::downconvert;
use serde_json::{Map, Value};

const SECTIONS: [&str; 5] = ["schemas", "responses", "parameters", "requestBodies", "pathItems"];

const EVERYTHING: &str = include_str!("../tests/documents/everything.json");

/// A document whose text has about this many bytes. It consists of copies of a document that uses everything.
/// Each copy has its own names.
fn document(bytes: usize) -> Value {
    let mut whole = parse(EVERYTHING);
    let one = whole.to_string().len();
    add_copy(&mut whole, 0);
    // A copy adds less than the whole document, because the title and similar fields occur only once.
    let two = whole.to_string().len();
    for copy in 1..bytes.saturating_sub(one).div_ceil(two - one) {
        add_copy(&mut whole, copy);
    }
    whole
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the document is JSON")
}

fn add_copy(whole: &mut Value, copy: usize) {
    let text = EVERYTHING
        .replace("/orders", &format!("/orders{copy}"))
        .replace("~1orders", &format!("~1orders{copy}"))
        .replace("example.com/dog", &format!("example.com/dog{copy}"));
    let text = SECTIONS.into_iter().fold(text, |text, section| {
        text.replace(
            &format!("#/components/{section}/"),
            &format!("#/components/{section}/C{copy}"),
        )
    });
    let part = parse(&text);
    append(&mut whole["paths"], &part["paths"], "");
    for section in SECTIONS {
        append(
            &mut whole["components"][section],
            &part["components"][section],
            &format!("C{copy}"),
        );
    }
}

fn append(to: &mut Value, from: &Value, prefix: &str) {
    let empty = Map::new();
    let to = to.as_object_mut().expect("a map");
    for (name, value) in from.as_object().unwrap_or(&empty) {
        to.insert(format!("{prefix}{name}"), value.clone());
    }
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("downconvert");
    group.sample_size(10);
    for megabytes in [1u32, 3, 10] {
        let document = document(megabytes as usize * 1_000_000);
        let text = document.to_string();
        let size = text.len() as f64 / 1e6;
        let ratio = size / f64::from(megabytes);
        assert!(
            (0.95..1.05).contains(&ratio),
            "{size} MB instead of {megabytes} MB"
        );
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(
            BenchmarkId::new("convert", megabytes),
            &document,
            |bencher, document| {
                bencher.iter_batched(
                    || document.clone(),
                    |document| downconvert(black_box(document)),
                    BatchSize::LargeInput,
                );
            },
        );
        group.bench_with_input(BenchmarkId::new("parse", megabytes), &text, |bencher, text| {
            bencher.iter(|| serde_json::from_str::<Value>(black_box(text)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
