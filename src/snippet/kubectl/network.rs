//! Services and ingresses that kubectl makes.

use super::Args;
use super::made::{Made, about, literal, literals, name, named, number_or_text, pairs};
use serde_json::{Value, json};

/// `create service TYPE NAME --tcp=PORT[:TARGET]`
pub(super) fn service(args: &Args, kind: &str) -> Made {
    let name = name(args)?;
    let mut service = named("v1", "Service", &name);
    service["metadata"]["labels"] = json!({"app": name});
    let ports: Result<Vec<Value>, String> = literals(args, "--tcp")?.into_iter().map(port).collect();
    service["spec"] = json!({"ports": ports?, "selector": {"app": name}, "type": kind});
    if let Some(address) = literal(args, "--clusterip")? {
        service["spec"]["clusterIP"] = address.into();
    }
    if let Some(node) = literal(args, "--node-port")?.and_then(|port| port.parse::<u32>().ok()) {
        service["spec"]["ports"][0]["nodePort"] = node.into();
    }
    Ok(service)
}

fn port(text: &str) -> Made {
    let (port, target) = text.split_once(':').unwrap_or((text, text));
    let number: u32 = port.parse().map_err(|_| format!("`{port}` is no port"))?;
    let name = text.replace(':', "-");
    Ok(json!({"name": name, "port": number, "protocol": "TCP", "targetPort": number_or_text(target)}))
}

/// `create service externalname NAME --external-name=HOST`
pub(super) fn external_name(args: &Args) -> Made {
    let mut service = service(args, "ExternalName")?;
    service["spec"]["externalName"] = literal(args, "--external-name")?.unwrap_or_default().into();
    Ok(service)
}

/// `expose KIND NAME --port=…`: what is not said is taken from the object that is exposed.
pub(super) fn exposed(args: &Args, missing: &mut Vec<String>) -> Made {
    let (kind, target) = about(args)?;
    let mut service = named("v1", "Service", literal(args, "--name")?.unwrap_or(&target));
    match literal(args, "--selector")? {
        Some(selector) => service["spec"]["selector"] = pairs(selector.split(',')),
        None => missing.push(format!("spec.selector, taken from {kind}/{target}")),
    }
    match literal(args, "--port")?.map(|port| (port, port.parse::<u32>())) {
        Some((_, Ok(port))) => {
            let behind = literal(args, "--target-port")?.map_or_else(|| port.into(), number_or_text);
            let protocol = literal(args, "--protocol")?.unwrap_or("TCP");
            service["spec"]["ports"] = json!([{"port": port, "protocol": protocol, "targetPort": behind}]);
        }
        Some((port, Err(_))) => missing.push(format!("spec.ports of `{port}`")),
        None => missing.push(format!("spec.ports, taken from {kind}/{target}")),
    }
    if let Some(kind) = literal(args, "--type")? {
        service["spec"]["type"] = kind.into();
    }
    if let Some(labels) = literal(args, "--labels")? {
        service["metadata"]["labels"] = pairs(labels.split(','));
    }
    Ok(service)
}

/// `create ingress NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]`
pub(super) fn ingress(args: &Args) -> Made {
    let mut ingress = named("networking.k8s.io/v1", "Ingress", &name(args)?);
    let annotations = literals(args, "--annotation")?;
    if !annotations.is_empty() {
        ingress["metadata"]["annotations"] = pairs(annotations.into_iter());
    }
    if let Some(class) = literal(args, "--class")? {
        ingress["spec"]["ingressClassName"] = class.into();
    }
    if let Some(backend) = literal(args, "--default-backend")? {
        ingress["spec"]["defaultBackend"] = backend_of(backend)?;
    }
    let (mut rules, mut tls): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for text in literals(args, "--rule")? {
        rule(text, &mut rules, &mut tls)?;
    }
    for (key, list) in [("rules", rules), ("tls", tls)] {
        if !list.is_empty() {
            ingress["spec"][key] = list.into();
        }
    }
    Ok(ingress)
}

/// Paths of one host are one rule, in the order in which they are given.
fn rule(text: &str, rules: &mut Vec<Value>, tls: &mut Vec<Value>) -> Result<(), String> {
    let (route, secured) =
        text.split_once(",tls").map_or((text, None), |(route, secret)| (route, Some(secret)));
    let (address, backend) = route.split_once('=').ok_or_else(|| format!("`{text}` is no rule"))?;
    let (host, path) = address.split_once('/').ok_or_else(|| format!("`{text}` has no path"))?;
    let (path, kind) = match path.strip_suffix('*') {
        Some(path) => (path, "Prefix"),
        None => (path, "Exact"),
    };
    let path = json!({"path": format!("/{path}"), "pathType": kind, "backend": backend_of(backend)?});
    let same = |rule: &&mut Value| rule.get("host").and_then(Value::as_str).unwrap_or_default() == host;
    match rules.iter_mut().find(same).and_then(|rule| rule["http"]["paths"].as_array_mut()) {
        Some(paths) => paths.push(path),
        None => {
            let mut rule = json!({"http": {"paths": [path]}});
            if !host.is_empty() {
                rule["host"] = host.into();
            }
            rules.push(rule);
        }
    }
    if let Some(secret) = secured {
        let mut entry = json!({});
        if !host.is_empty() {
            entry["hosts"] = json!([host]);
        }
        if let Some(name) = secret.strip_prefix('=') {
            entry["secretName"] = name.into();
        }
        tls.push(entry);
    }
    Ok(())
}

fn backend_of(text: &str) -> Made {
    let (name, port) = text.split_once(':').ok_or_else(|| format!("`{text}` names no port"))?;
    let port = match port.parse::<u32>() {
        Ok(number) => json!({"number": number}),
        Err(_) => json!({"name": port}),
    };
    Ok(json!({"service": {"name": name, "port": port}}))
}
