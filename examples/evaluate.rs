//! Evaluate a policy: `cargo run --example evaluate -- POLICY RESOURCE`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use runproof::kube::{self, Resource};
use runproof::policy::{Context, Policy, check, evaluate};

fn read(path: &str) -> Result<Vec<Resource>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(kube::read(&text).0)
}

fn main() -> Result<(), String> {
    let [policy, resource] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "two files")?;
    let mut policies = Vec::new();
    for written in read(&policy)?.iter().filter(|written| Policy::is_policy(written)) {
        let policy = Policy::load(written).map_err(|refusal| refusal.reason)?;
        match check(&policy, written).into_iter().next() {
            Some(refusal) => return Err(format!("{}: {}", refusal.path, refusal.reason)),
            None => policies.push(policy),
        }
    }
    let policies: Vec<&Policy> = policies.iter().collect();
    for resource in read(&resource)? {
        for answer in evaluate(&policies, &resource, &Context::default()) {
            println!("{} {} on {}: {}", answer.status, answer.rule, resource.display_name(), answer.message);
        }
    }
    Ok(())
}
