//! The checks of the Pod Security Standards, as their text states them.

use super::Version;
use super::pod::{Container, FieldError, Pod, What};
use serde_json::Value;

type Run = fn(&Pod) -> Vec<FieldError>;

/// One check with its variants over the versions of Kubernetes, oldest first.
pub(super) struct Check {
    pub(super) id: &'static str,
    pub(super) reason: &'static str,
    /// Part of the level `baseline`; the others are of `restricted` alone.
    pub(super) baseline: bool,
    pub(super) variants: &'static [(Version, Run)],
}

/// What a check found.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) id: &'static str,
    pub(super) reason: &'static str,
    pub(super) errors: Vec<FieldError>,
}

impl Finding {
    pub(super) fn display(&self, base: &[&str]) -> String {
        let errors: Vec<String> = self.errors.iter().map(|error| error.display(base)).collect();
        format!("(Forbidden reason: {}, field error list: [{}])", self.reason, errors.join(", "))
    }
}

const fn check(
    id: &'static str,
    reason: &'static str,
    baseline: bool,
    variants: &'static [(Version, Run)],
) -> Check {
    Check { id, reason, baseline, variants }
}

/// In the order in which Kubernetes runs them.
pub(super) static CHECKS: [Check; 18] = [
    check(
        "allowPrivilegeEscalation",
        "allowPrivilegeEscalation != false",
        false,
        &[(8, escalation), (25, |pod| unless_windows(pod, escalation))],
    ),
    check("appArmorProfile", "forbidden AppArmor profile", true, &[(0, app_armor)]),
    check("capabilities_baseline", "non-default capabilities", true, &[(0, added_capabilities)]),
    check(
        "capabilities_restricted",
        "unrestricted capabilities",
        false,
        &[(22, dropped_capabilities), (25, |pod| unless_windows(pod, dropped_capabilities))],
    ),
    check("hostNamespaces", "host namespaces", true, &[(0, host_namespaces)]),
    check("hostPathVolumes", "hostPath volumes", true, &[(0, host_paths)]),
    check("hostPorts", "hostPort", true, &[(0, host_ports)]),
    check("hostProbesAndHostLifecycle", "probe or lifecycle host", true, &[(34, probe_hosts)]),
    check("privileged", "privileged", true, &[(0, privileged)]),
    check("procMount", "procMount", true, &[(0, proc_mounts)]),
    check("restrictedVolumes", "restricted volume types", false, &[(0, volume_types)]),
    check("runAsNonRoot", "runAsNonRoot != true", false, &[(0, non_root)]),
    check("runAsUser", "runAsUser=0", false, &[(23, root_user)]),
    check(
        "seccompProfile_baseline",
        "seccompProfile",
        true,
        &[(0, seccomp_annotations), (19, seccomp_baseline)],
    ),
    check(
        "seccompProfile_restricted",
        "seccompProfile",
        false,
        &[(19, seccomp_restricted), (25, |pod| unless_windows(pod, seccomp_restricted))],
    ),
    check(
        "seLinuxOptions",
        "seLinuxOptions",
        true,
        &[(0, |pod| selinux(pod, 3)), (31, |pod| selinux(pod, 4))],
    ),
    check(
        "sysctls",
        "forbidden sysctls",
        true,
        &[
            (0, |pod| sysctls(pod, 5)),
            (27, |pod| sysctls(pod, 6)),
            (29, |pod| sysctls(pod, 10)),
            (32, |pod| sysctls(pod, 12)),
        ],
    ),
    check("windowsHostProcess", "hostProcess", true, &[(0, host_process)]),
];

fn unless_windows(pod: &Pod, run: Run) -> Vec<FieldError> {
    if pod.is_windows() { Vec::new() } else { run(pod) }
}

fn each(pod: &Pod, test: impl Fn(Container) -> Option<FieldError>) -> Vec<FieldError> {
    pod.containers().filter_map(test).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn escalation(pod: &Pod) -> Vec<FieldError> {
    const FIELD: &str = "securityContext.allowPrivilegeEscalation";
    each(pod, |container| match container.security() {
        Value::Null => Some(container.error(FIELD, What::Required)),
        security if security["allowPrivilegeEscalation"] == Value::Bool(false) => None,
        security => Some(container.error(FIELD, What::value(&security["allowPrivilegeEscalation"]))),
    })
}

fn app_armor(pod: &Pod) -> Vec<FieldError> {
    let allowed =
        |kind: &Value| kind.is_null() || matches!(kind.as_str(), Some("RuntimeDefault" | "Localhost"));
    let profile = |security: &Value| security["appArmorProfile"]["type"].clone();
    let mut errors = Vec::new();
    let own = profile(&pod.spec["securityContext"]);
    if !allowed(&own) {
        errors.push(FieldError::of_pod("securityContext.appArmorProfile.type", What::value(&own)));
    }
    errors.extend(each(pod, |container| {
        let kind = profile(container.security());
        (!allowed(&kind)).then(|| container.error("securityContext.appArmorProfile.type", What::value(&kind)))
    }));
    let known = |text: &str| text.is_empty() || text == "runtime/default" || text.starts_with("localhost/");
    for (key, value) in pod.annotations.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        if key.starts_with("container.apparmor.security.beta.kubernetes.io/") && !known(value) {
            let path = format!("metadata.annotations[{key}]");
            errors.push(FieldError::of_pod(path, What::Values(vec![value.to_string()])));
        }
    }
    errors
}

const DEFAULT_CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn added(container: Container, allowed: &[&str]) -> Option<FieldError> {
    let added = texts(&container.security()["capabilities"]["add"]);
    let wrong: Vec<String> =
        added.iter().filter(|name| !allowed.contains(name)).map(|name| (*name).to_string()).collect();
    (!wrong.is_empty()).then(|| container.error("securityContext.capabilities.add", What::Values(wrong)))
}

fn added_capabilities(pod: &Pod) -> Vec<FieldError> {
    each(pod, |container| added(container, &DEFAULT_CAPABILITIES))
}

fn dropped_capabilities(pod: &Pod) -> Vec<FieldError> {
    const FIELD: &str = "securityContext.capabilities.drop";
    let undropped = each(pod, |container| match &container.security()["capabilities"]["drop"] {
        Value::Null => Some(container.error(FIELD, What::Required)),
        list if texts(list).contains(&"ALL") => None,
        list => {
            let values = texts(list).iter().map(|name| (*name).to_string()).collect();
            Some(container.error(FIELD, What::Values(values)))
        }
    });
    undropped.into_iter().chain(each(pod, |container| added(container, &["NET_BIND_SERVICE"]))).collect()
}

fn host_namespaces(pod: &Pod) -> Vec<FieldError> {
    let fields = ["hostNetwork", "hostPID", "hostIPC"].into_iter();
    let set = fields.filter(|field| pod.spec[*field] == Value::Bool(true));
    set.map(|field| FieldError::of_pod(field, What::value(&Value::Bool(true)))).collect()
}

fn volumes(pod: &Pod) -> impl Iterator<Item = (usize, &Value)> {
    pod.spec["volumes"].as_array().into_iter().flatten().enumerate()
}

fn host_paths(pod: &Pod) -> Vec<FieldError> {
    let mounted = volumes(pod).filter(|(_, volume)| volume["hostPath"].is_object());
    let error = |(index, volume): (usize, &Value)| {
        let path = volume["hostPath"]["path"].as_str().unwrap_or_default().to_string();
        FieldError::of_pod(format!("volumes[{index}].hostPath"), What::Values(vec![path]))
    };
    mounted.map(error).collect()
}

fn host_ports(pod: &Pod) -> Vec<FieldError> {
    let ports = |container: Container| {
        let ports = container.body["ports"].as_array().into_iter().flatten().enumerate();
        let used = ports.filter(|(_, port)| port["hostPort"].as_f64().is_some_and(|number| number != 0.0));
        used.map(|(index, port)| {
            container.error(&format!("ports[{index}].hostPort"), What::value(&port["hostPort"]))
        })
        .collect::<Vec<_>>()
    };
    pod.containers().flat_map(ports).collect()
}

fn probe_hosts(pod: &Pod) -> Vec<FieldError> {
    const HANDLERS: [&str; 5] =
        ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"];
    let mut errors = Vec::new();
    for container in pod.containers() {
        for handler in HANDLERS {
            let body = handler.split('.').fold(container.body, |value, key| &value[key]);
            for kind in ["httpGet", "tcpSocket"] {
                let host = &body[kind]["host"];
                if host.as_str().is_some_and(|host| !host.is_empty()) {
                    errors.push(container.error(&format!("{handler}.{kind}.host"), What::value(host)));
                }
            }
        }
    }
    errors
}

fn privileged(pod: &Pod) -> Vec<FieldError> {
    each(pod, |container| {
        let set = &container.security()["privileged"];
        (*set == Value::Bool(true)).then(|| container.error("securityContext.privileged", What::value(set)))
    })
}

fn proc_mounts(pod: &Pod) -> Vec<FieldError> {
    each(pod, |container| {
        let kind = &container.security()["procMount"];
        let other = kind.as_str().is_some_and(|kind| kind != "Default");
        other.then(|| container.error("securityContext.procMount", What::value(kind)))
    })
}

const VOLUMES: [&str; 8] = [
    "configMap",
    "downwardAPI",
    "emptyDir",
    "projected",
    "secret",
    "csi",
    "persistentVolumeClaim",
    "ephemeral",
];

fn volume_types(pod: &Pod) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (index, volume) in volumes(pod) {
        let sources = volume.as_object().into_iter().flatten();
        let mut sources =
            sources.filter(|(key, value)| *key != "name" && !value.is_null()).map(|(key, _)| key);
        if let Some(source) = sources.find(|source| !VOLUMES.contains(&source.as_str())) {
            errors.push(FieldError::of_pod(format!("volumes[{index}].{source}"), What::Forbidden));
        }
    }
    errors
}

fn non_root(pod: &Pod) -> Vec<FieldError> {
    const FIELD: &str = "securityContext.runAsNonRoot";
    let own = &pod.spec["securityContext"]["runAsNonRoot"];
    let no = Value::Bool(false);
    let mut wrong = each(pod, |container| {
        let set = &container.security()["runAsNonRoot"];
        (*set == no).then(|| container.error(FIELD, What::value(set)))
    });
    if *own == no {
        wrong.insert(0, FieldError::of_pod(FIELD, What::value(own)));
    }
    if !wrong.is_empty() || *own == Value::Bool(true) {
        return wrong;
    }
    each(pod, |container| {
        let unset = container.security()["runAsNonRoot"].is_null();
        unset.then(|| container.error(FIELD, What::Required))
    })
}

fn root_user(pod: &Pod) -> Vec<FieldError> {
    const FIELD: &str = "securityContext.runAsUser";
    let is_root = |security: &Value| security["runAsUser"].as_f64() == Some(0.0);
    let zero = || What::Values(vec!["0".to_string()]);
    let own = is_root(&pod.spec["securityContext"]).then(|| FieldError::of_pod(FIELD, zero()));
    let each = each(pod, |container| is_root(container.security()).then(|| container.error(FIELD, zero())));
    own.into_iter().chain(each).collect()
}

fn seccomp_annotations(pod: &Pod) -> Vec<FieldError> {
    let about = |key: &str| {
        key == "seccomp.security.alpha.kubernetes.io/pod"
            || key.starts_with("container.seccomp.security.alpha.kubernetes.io/")
    };
    let set = pod.annotations.as_object().into_iter().flatten();
    let wrong = set.filter(|(key, value)| about(key) && value.as_str() == Some("unconfined"));
    let error = |(key, value): (&String, &Value)| {
        FieldError::of_pod(format!("metadata.annotations[{key}]"), What::value(value))
    };
    wrong.map(error).collect()
}

const SECCOMP: &str = "securityContext.seccompProfile.type";

fn seccomp(security: &Value) -> &Value {
    &security["seccompProfile"]["type"]
}

fn is_confined(kind: &Value) -> bool {
    matches!(kind.as_str(), Some("RuntimeDefault" | "Localhost"))
}

/// The pod's and the containers' profiles that are set and not confined.
fn unconfined(pod: &Pod) -> Vec<FieldError> {
    let wrong = |kind: &Value| !kind.is_null() && !is_confined(kind);
    let own = seccomp(&pod.spec["securityContext"]);
    let own = wrong(own).then(|| FieldError::of_pod(SECCOMP, What::value(own)));
    let each = each(pod, |container| {
        let kind = seccomp(container.security());
        wrong(kind).then(|| container.error(SECCOMP, What::value(kind)))
    });
    own.into_iter().chain(each).collect()
}

fn seccomp_baseline(pod: &Pod) -> Vec<FieldError> {
    unconfined(pod)
}

fn seccomp_restricted(pod: &Pod) -> Vec<FieldError> {
    let wrong = unconfined(pod);
    if !wrong.is_empty() || is_confined(seccomp(&pod.spec["securityContext"])) {
        return wrong;
    }
    each(pod, |container| {
        let unset = seccomp(container.security()).is_null();
        unset.then(|| container.error(SECCOMP, What::Required))
    })
}

fn selinux(pod: &Pod, known: usize) -> Vec<FieldError> {
    const TYPES: [&str; 4] = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    let wrong = |security: &Value| {
        let options = &security["seLinuxOptions"];
        let text = |key: &str| options[key].as_str().unwrap_or_default().to_string();
        let kind = text("type");
        let mut wrong = Vec::new();
        if !kind.is_empty() && !TYPES[..known].contains(&kind.as_str()) {
            wrong.push(("type", kind));
        }
        wrong.extend(
            ["user", "role"].map(|key| (key, text(key))).into_iter().filter(|(_, text)| !text.is_empty()),
        );
        wrong
    };
    let path = |key: &str| format!("securityContext.seLinuxOptions.{key}");
    let own = wrong(&pod.spec["securityContext"]).into_iter();
    let own = own.map(|(key, text)| FieldError::of_pod(path(key), What::Values(vec![text])));
    let each = pod.containers().flat_map(|container| {
        let wrong = wrong(container.security()).into_iter();
        wrong
            .map(move |(key, text)| container.error(&path(key), What::Values(vec![text])))
            .collect::<Vec<_>>()
    });
    own.chain(each).collect()
}

fn sysctls(pod: &Pod, known: usize) -> Vec<FieldError> {
    const SAFE: [&str; 12] = [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ];
    let set = pod.spec["securityContext"]["sysctls"].as_array().into_iter().flatten().enumerate();
    let error = |(index, sysctl): (usize, &Value)| {
        let name = sysctl["name"].as_str().unwrap_or_default();
        let path = format!("securityContext.sysctls[{index}].name");
        (!SAFE[..known].contains(&name))
            .then(|| FieldError::of_pod(path, What::Values(vec![name.to_string()])))
    };
    set.filter_map(error).collect()
}

fn host_process(pod: &Pod) -> Vec<FieldError> {
    const FIELD: &str = "securityContext.windowsOptions.hostProcess";
    let is_set = |security: &Value| security["windowsOptions"]["hostProcess"] == Value::Bool(true);
    let yes = || What::Values(vec!["true".to_string()]);
    let own = is_set(&pod.spec["securityContext"]).then(|| FieldError::of_pod(FIELD, yes()));
    let each = each(pod, |container| is_set(container.security()).then(|| container.error(FIELD, yes())));
    own.into_iter().chain(each).collect()
}
