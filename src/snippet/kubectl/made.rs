//! The objects that kubectl makes from its flags.

use super::submit::submission;
use super::{Args, EffectKind, Objects, Verb, access, network};
use crate::kube::merge_patch;
use serde_json::{Value, json};

/// An object, or why it is not known.
pub(super) type Made = Result<Value, String>;

/// The submission of what `run`, `create KIND`, `expose` or `autoscale` makes.
pub(super) fn effect(args: &Args) -> EffectKind {
    let mut missing = Vec::new();
    let made = object(args, &mut missing).and_then(|object| overridden(args, object));
    let objects = match made {
        Ok(object) => Objects::Made { object, missing },
        Err(reason) => Objects::Unknown(reason),
    };
    let objects = match objects {
        // Whatever it is in the end, it is of this kind, and no policy.
        Objects::Unknown(reason) if is_of_one_kind(&args.command) => {
            Objects::Made { object: Value::Null, missing: vec![reason] }
        }
        objects => objects,
    };
    submission(args, Verb::Create, objects)
}

/// Does the command's name say what it makes?
fn is_of_one_kind(command: &str) -> bool {
    !matches!(command, "create" | "create secret" | "create service")
}

fn object(args: &Args, missing: &mut Vec<String>) -> Made {
    match args.command.as_str() {
        "run" => pod(args),
        "create deployment" => deployment(args),
        "create job" => job(args),
        "create cronjob" => cron_job(args),
        "create namespace" => Ok(named("v1", "Namespace", &name(args)?)),
        "create serviceaccount" => Ok(named("v1", "ServiceAccount", &name(args)?)),
        "create configmap" => config_map(args, missing),
        "create secret generic" => secret(args, missing),
        "create quota" => quota(args),
        "create poddisruptionbudget" => disruption_budget(args),
        "create service clusterip" => network::service(args, "ClusterIP"),
        "create service nodeport" => network::service(args, "NodePort"),
        "create service loadbalancer" => network::service(args, "LoadBalancer"),
        "create service externalname" => network::external_name(args),
        "create ingress" => network::ingress(args),
        "create rolebinding" => access::binding(args, "RoleBinding"),
        "create clusterrolebinding" => access::binding(args, "ClusterRoleBinding"),
        "expose" => network::exposed(args, missing),
        "autoscale" => autoscaler(args),
        "create" | "create secret" | "create service" => Err("what is created is not known".to_string()),
        command => Err(format!("the object that `kubectl {command}` makes is not modelled")),
    }
}

pub(super) fn name(args: &Args) -> Result<String, String> {
    let first = args.operands.first().ok_or("the object has no name")?;
    first.text.clone().ok_or_else(|| "the object's name is not known before the command runs".to_string())
}

/// The value of a flag; an error when it is given and not literal.
pub(super) fn literal<'a>(args: &'a Args, flag: &str) -> Result<Option<&'a str>, String> {
    match args.flag(flag) {
        Some(None) => Err(format!("the value of `{flag}` is not known before the command runs")),
        Some(value) => Ok(value),
        None => Ok(None),
    }
}

pub(super) fn literals<'a>(args: &'a Args, flag: &str) -> Result<Vec<&'a str>, String> {
    args.texts(flag).ok_or_else(|| format!("the value of `{flag}` is not known before the command runs"))
}

pub(super) fn named(version: &str, kind: &str, name: &str) -> Value {
    json!({"apiVersion": version, "kind": kind, "metadata": {"name": name}})
}

fn pod(args: &Args) -> Made {
    let name = name(args)?;
    let mut pod = named("v1", "Pod", &name);
    pod["metadata"]["labels"] = match literal(args, "--labels")? {
        Some(text) if text.split(',').any(|pair| !pair.is_empty() && !pair.contains('=')) => {
            return Err("a label has no value".to_string());
        }
        Some(text) => pairs(text.split(',')),
        None => json!({"run": name}),
    };
    let annotations = literals(args, "--annotations")?;
    if !annotations.is_empty() {
        pod["metadata"]["annotations"] = pairs(annotations.into_iter().flat_map(|text| text.split(',')));
    }
    pod["spec"]["containers"] = json!([container(args, &name)?]);
    pod["spec"]["restartPolicy"] = literal(args, "--restart")?.unwrap_or("Always").into();
    pod["spec"]["dnsPolicy"] = "ClusterFirst".into();
    if let Some(account) = literal(args, "--serviceaccount")? {
        pod["spec"]["serviceAccountName"] = account.into();
    }
    Ok(pod)
}

fn container(args: &Args, name: &str) -> Made {
    let image = literal(args, "--image")?.ok_or("no image is named")?;
    let mut container = json!({"name": name, "image": image, "resources": {}});
    if let Some(policy) = literal(args, "--image-pull-policy")? {
        container["imagePullPolicy"] = policy.into();
    }
    if args.is_set("--privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    for (flag, key) in [("--stdin", "stdin"), ("--tty", "tty")] {
        if args.is_set(flag) {
            container[key] = true.into();
        }
    }
    let environment = literals(args, "--env")?;
    if !environment.is_empty() {
        let pair =
            |text: &str| text.split_once('=').map(|(name, value)| json!({"name": name, "value": value}));
        container["env"] = environment.into_iter().filter_map(pair).collect();
    }
    if let Some(port) = literal(args, "--port")?.and_then(|port| port.parse::<u32>().ok()) {
        container["ports"] = json!([{"containerPort": port}]);
    }
    for (flag, key) in [("--limits", "limits"), ("--requests", "requests")] {
        if let Some(amounts) = literal(args, flag)? {
            container["resources"][key] = pairs(amounts.split(','));
        }
    }
    let words = args.operands.iter().skip(1).chain(&args.behind).map(|operand| operand.text.as_deref());
    let words: Vec<&str> = words.collect::<Option<_>>().ok_or("the container's words are not known")?;
    if !words.is_empty() {
        container[if args.is_set("--command") { "command" } else { "args" }] = words.into();
    }
    Ok(container)
}

/// `create deployment` and its like give their words as the command of a container that bears the image's name.
fn plain_container(args: &Args) -> Made {
    let image = literal(args, "--image")?.ok_or("no image is named")?;
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split([':', '@']).next().unwrap_or(last);
    let mut container = json!({"name": name, "image": image, "resources": {}});
    let words = args.behind.iter().map(|operand| operand.text.as_deref());
    let words: Vec<&str> = words.collect::<Option<_>>().ok_or("the container's words are not known")?;
    if !words.is_empty() {
        container["command"] = words.into();
    }
    if let Some(port) = literal(args, "--port")?.and_then(|port| port.parse::<u32>().ok()) {
        container["ports"] = json!([{"containerPort": port}]);
    }
    Ok(container)
}

fn deployment(args: &Args) -> Made {
    let name = name(args)?;
    let replicas: u32 = literal(args, "--replicas")?.and_then(|count| count.parse().ok()).unwrap_or(1);
    let mut deployment = named("apps/v1", "Deployment", &name);
    let labels = json!({"app": name});
    deployment["metadata"]["labels"] = labels.clone();
    deployment["spec"] = json!({
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "strategy": {},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [plain_container(args)?]}},
    });
    Ok(deployment)
}

fn job_spec(args: &Args, restart: &str) -> Made {
    let pod = json!({"containers": [plain_container(args)?], "restartPolicy": restart});
    Ok(json!({"template": {"metadata": {}, "spec": pod}}))
}

fn job(args: &Args) -> Made {
    if args.flag("--from").is_some() {
        return Err("the job is made from an object of the cluster".to_string());
    }
    let mut job = named("batch/v1", "Job", &name(args)?);
    job["spec"] = job_spec(args, "Never")?;
    Ok(job)
}

fn cron_job(args: &Args) -> Made {
    let mut job = named("batch/v1", "CronJob", &name(args)?);
    let restart = literal(args, "--restart")?.unwrap_or("OnFailure");
    job["spec"] = json!({
        "schedule": literal(args, "--schedule")?.unwrap_or_default(),
        "jobTemplate": {"metadata": {"name": name(args)?}, "spec": job_spec(args, restart)?},
    });
    Ok(job)
}

fn config_map(args: &Args, missing: &mut Vec<String>) -> Made {
    let mut map = named("v1", "ConfigMap", &name(args)?);
    map["data"] = pairs(literals(args, "--from-literal")?.into_iter());
    note_files(args, "data", missing);
    Ok(map)
}

fn secret(args: &Args, missing: &mut Vec<String>) -> Made {
    let mut secret = named("v1", "Secret", &name(args)?);
    // `stringData` and `data` mean the same to a policy only after the API server: the values are left to it.
    secret["stringData"] = pairs(literals(args, "--from-literal")?.into_iter());
    if let Some(kind) = literal(args, "--type")? {
        secret["type"] = kind.into();
    }
    missing.push("data, encoded by kubectl".to_string());
    note_files(args, "data", missing);
    Ok(secret)
}

fn note_files(args: &Args, field: &str, missing: &mut Vec<String>) {
    if args.flag("--from-file").is_some() || args.flag("--from-env-file").is_some() {
        missing.push(format!("{field} from files"));
    }
}

fn quota(args: &Args) -> Made {
    let mut quota = named("v1", "ResourceQuota", &name(args)?);
    quota["spec"]["hard"] = pairs(literal(args, "--hard")?.unwrap_or_default().split(','));
    Ok(quota)
}

fn disruption_budget(args: &Args) -> Made {
    let mut budget = named("policy/v1", "PodDisruptionBudget", &name(args)?);
    if let Some(selector) = literal(args, "--selector")? {
        budget["spec"]["selector"]["matchLabels"] = pairs(selector.split(','));
    }
    for (flag, key) in [("--min-available", "minAvailable"), ("--max-unavailable", "maxUnavailable")] {
        if let Some(count) = literal(args, flag)? {
            budget["spec"][key] = number_or_text(count);
        }
    }
    Ok(budget)
}

/// A port, a count or a share: a number where it is one.
pub(super) fn number_or_text(text: &str) -> Value {
    text.parse::<u32>().map_or_else(|_| text.into(), Value::from)
}

/// Kind and name of the object that `expose` and `autoscale` are about.
pub(super) fn about(args: &Args) -> Result<(String, String), String> {
    let text = |at: usize| args.operands.get(at).and_then(|operand| operand.text.as_deref());
    let first = text(0).ok_or("the object is not known before the command runs")?;
    match (first.split_once('/'), text(1)) {
        (Some((kind, name)), _) => Ok((kind.to_string(), name.to_string())),
        (None, Some(name)) => Ok((first.to_string(), name.to_string())),
        (None, None) => Err("the object is not known before the command runs".to_string()),
    }
}

fn autoscaler(args: &Args) -> Made {
    let (kind, target) = about(args)?;
    let (version, kind) = match kind.as_str() {
        "deployment" | "deployments" | "deploy" | "deployment.apps" | "deployments.apps" => {
            ("apps/v1", "Deployment")
        }
        "statefulset" | "statefulsets" | "sts" => ("apps/v1", "StatefulSet"),
        "replicaset" | "replicasets" | "rs" => ("apps/v1", "ReplicaSet"),
        other => return Err(format!("what `{other}` is called in full is not known")),
    };
    let number =
        |flag: &str| literal(args, flag).map(|value| value.and_then(|value| value.parse::<i64>().ok()));
    let mut scaler =
        named("autoscaling/v2", "HorizontalPodAutoscaler", literal(args, "--name")?.unwrap_or(&target));
    scaler["spec"]["scaleTargetRef"] = json!({"apiVersion": version, "kind": kind, "name": target});
    for (flag, key) in [("--min", "minReplicas"), ("--max", "maxReplicas")] {
        if let Some(count) = number(flag)? {
            scaler["spec"][key] = count.into();
        }
    }
    if let Some(percent) = number("--cpu-percent")? {
        let target = json!({"type": "Utilization", "averageUtilization": percent});
        scaler["spec"]["metrics"] =
            json!([{"type": "Resource", "resource": {"name": "cpu", "target": target}}]);
    }
    Ok(scaler)
}

/// `key=value` words as an object of texts.
pub(super) fn pairs<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    let pairs = words.filter_map(|word| word.trim().split_once('='));
    Value::Object(pairs.map(|(key, value)| (key.to_string(), value.into())).collect())
}

/// The object under `--overrides`, a JSON merge patch unless `--override-type` says otherwise.
fn overridden(args: &Args, object: Value) -> Made {
    let Some(text) = literal(args, "--overrides")? else { return Ok(object) };
    let kind = literal(args, "--override-type")?.unwrap_or("merge");
    if kind != "merge" {
        return Err(format!("`--override-type={kind}` is not modelled"));
    }
    let patch = serde_json::from_str::<Value>(text);
    let patch = patch.map_err(|error| format!("the overrides are not JSON: {error}"))?;
    let mut object = object;
    merge_patch::merge(&mut object, patch);
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::super::{Effect, Level, Origin, Submission, effects};
    use super::*;
    use crate::snippet::kubectl::change::{Change, Changed};
    use crate::snippet::passage::Passage;
    use crate::snippet::shell::parse;

    fn all(text: &str) -> Vec<EffectKind> {
        let script = parse(text);
        assert_eq!(script.error, None, "{text}");
        let passage = Passage::new(text.to_string(), Vec::new());
        let mut found: Vec<Effect> = Vec::new();
        for list in &script.commands {
            list.each_pipeline(&mut |pipeline, sure| {
                found.extend(effects(pipeline, sure, &Origin { passage: &passage }).0)
            });
        }
        found.into_iter().map(|effect| effect.kind).collect()
    }

    fn submitted(text: &str) -> Submission {
        let submission = |kind| match kind {
            EffectKind::Submit(submission) => Some(submission),
            _ => None,
        };
        all(text).into_iter().find_map(submission).unwrap()
    }

    fn made(text: &str) -> Value {
        match submitted(text).objects {
            Objects::Made { object, .. } => object,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn run_makes_a_pod_as_kubectl_does() {
        let pod = made("kubectl run web --image=nginx:1 --privileged --env=A=b --port=80 -n shop -- sleep 9");
        assert_eq!(pod["metadata"]["labels"], json!({"run": "web"}));
        let container = &pod["spec"]["containers"][0];
        assert_eq!(container["securityContext"]["privileged"], true);
        assert_eq!(container["env"], json!([{"name": "A", "value": "b"}]));
        assert_eq!(container["args"], json!(["sleep", "9"]));
        assert_eq!(submitted("kubectl run web --image=a -n shop").namespace, Some(Some("shop".to_string())));
    }

    #[test]
    fn overrides_are_a_merge_patch() {
        let pod =
            made("kubectl run web --image=a --overrides='{\"spec\":{\"hostPID\":true,\"dnsPolicy\":null}}'");
        assert_eq!(pod["spec"]["hostPID"], true);
        assert!(pod["spec"].get("dnsPolicy").is_none() && pod["spec"]["containers"][0]["image"] == "a");
        let replaced =
            made("kubectl run web --image=a --overrides='{\"spec\":{\"containers\":[{\"name\":\"x\"}]}}'");
        assert_eq!(replaced["spec"]["containers"], json!([{"name": "x"}]));
    }

    #[test]
    fn a_refused_flag_is_remembered_with_what_it_meant() {
        let submission = submitted("kubectl run web --image=a --limits=cpu=1,memory=2Gi");
        assert_eq!(submission.refused.len(), 1);
        let Objects::Made { object, .. } = submission.objects else { panic!() };
        assert_eq!(object["spec"]["containers"][0]["resources"]["limits"]["memory"], "2Gi");
    }

    #[test]
    fn create_makes_workloads_and_namespaces() {
        let deployment = made("kubectl create deployment web --image=ghcr.io/a/shop:2 --replicas=3");
        assert_eq!(deployment["spec"]["template"]["spec"]["containers"][0]["name"], "shop");
        assert_eq!(deployment["spec"]["replicas"], 3);
        assert_eq!(made("kubectl create ns shop")["kind"], "Namespace");
        let map = made("kubectl create cm a --from-literal=k=v=w");
        assert_eq!(map["data"], json!({"k": "v=w"}));
        let Objects::Made { missing, .. } = submitted("kubectl expose deployment web --port=80").objects
        else {
            panic!()
        };
        assert_eq!(missing, ["spec.selector, taken from deployment/web"]);
    }

    #[test]
    fn services_ingresses_and_bindings() {
        let service = made("kubectl create service nodeport web --tcp=80:8080");
        assert_eq!(service["spec"]["type"], "NodePort");
        assert_eq!(service["spec"]["selector"], json!({"app": "web"}));
        let port = json!({"name": "80-8080", "port": 80, "protocol": "TCP", "targetPort": 8080});
        assert_eq!(service["spec"]["ports"], json!([port]));
        let exposed = made("kubectl expose deployment web --port=80 --type=LoadBalancer --selector=app=web");
        assert_eq!(
            (&exposed["spec"]["type"], &exposed["spec"]["ports"][0]["targetPort"]),
            (&json!("LoadBalancer"), &json!(80))
        );
        let ingress = made(
            "kubectl create ingress web --class=nginx --rule='a.org/x*=web:80,tls=cert' --rule='/y=api:http'",
        );
        assert_eq!(ingress["spec"]["ingressClassName"], "nginx");
        let first = &ingress["spec"]["rules"][0];
        assert_eq!(
            (&first["host"], &first["http"]["paths"][0]["pathType"]),
            (&json!("a.org"), &json!("Prefix"))
        );
        assert_eq!(ingress["spec"]["tls"], json!([{"hosts": ["a.org"], "secretName": "cert"}]));
        assert!(ingress["spec"]["rules"][1].get("host").is_none());
        let binding = made(
            "kubectl create clusterrolebinding x --clusterrole=cluster-admin --serviceaccount=ns:sa --user=me",
        );
        assert_eq!(binding["roleRef"]["name"], "cluster-admin");
        assert_eq!(
            binding["subjects"][1],
            json!({"kind": "ServiceAccount", "name": "sa", "namespace": "ns"})
        );
        assert_eq!(
            made("kubectl create pdb a --selector=app=a --min-available=50%")["spec"]["minAvailable"],
            "50%"
        );
    }

    #[test]
    fn input_comes_from_heredocs_pipes_and_files() {
        let text = |text: &str| match submitted(text).objects {
            Objects::Text(passage) => passage.text,
            Objects::Words(words) => words,
            other => format!("{other:?}"),
        };
        assert_eq!(text("kubectl apply -f - <<'E'\na: 1\nE\n"), "a: 1\n");
        assert_eq!(text("cat <<E | kubectl apply -n x -f-\na: 1\nE\n"), "a: 1\n");
        assert_eq!(text("echo 'a: 1' | kubectl create -f -"), "a: 1");
        assert!(matches!(
            submitted("cat <<E | kubectl apply -f -\na: $X\nE\n").objects,
            Objects::Expanded(_)
        ));
        assert_eq!(
            submitted("cat a.yaml | kubectl apply -f -").objects,
            Objects::Files(vec!["a.yaml".into()])
        );
        assert_eq!(
            submitted("kubectl apply -f a.yaml -f b.yaml").objects,
            Objects::Files(vec!["a.yaml".into(), "b.yaml".into()])
        );
        assert!(matches!(submitted("helm template x | kubectl apply -f -").objects, Objects::Unknown(_)));
        let chained = all("kubectl create ns a --dry-run=client -o yaml | kubectl apply -f -");
        let EffectKind::Submit(second) = &chained[1] else { panic!() };
        assert!(matches!(&second.objects, Objects::Made { object, .. } if object["kind"] == "Namespace"));
    }

    #[test]
    fn changes_deletions_reads_and_unknown_writes() {
        let EffectKind::Change(Change { what, targets, .. }) = &all("kubectl label ns shop a=b c-")[0] else {
            panic!()
        };
        assert_eq!(*what, Changed::Labels(vec![("a".into(), Some("b".into())), ("c".into(), None)]));
        assert_eq!(targets.as_ref().unwrap()[0].name.as_deref(), Some("shop"));
        let EffectKind::Change(Change { what, .. }) = &all("kubectl scale deployment/web --replicas=0")[0]
        else {
            panic!()
        };
        assert_eq!(*what, Changed::Replicas(0));
        let levels = |text: &str| all(text).iter().map(EffectKind::level).max().unwrap();
        assert_eq!(levels("kubectl delete pod a b"), Level::Destructive);
        assert_eq!(levels("kubectl get pods | grep x"), Level::ReadOnly);
        assert_eq!(levels("watch -n 2 kubectl get pods"), Level::ReadOnly);
        assert_eq!(levels("sudo -u me timeout 5 kubectl delete pod a"), Level::Destructive);
        assert_eq!(levels("kubectl drain node"), Level::Mutating);
        assert_eq!(levels("kubectl delete -f a.yaml"), Level::Destructive);
        assert_eq!(levels("./deploy.sh"), Level::Unknown);
        assert_eq!(levels("helm install a b"), Level::Unknown);
        assert_eq!(levels("kubectl apply -f a.yaml --dry-run=server"), Level::ReadOnly);
    }
}
