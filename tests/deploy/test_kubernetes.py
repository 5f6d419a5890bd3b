"""The manifests: each field is one that Kubernetes' own Python client knows, of the type that it says; and
what they ask for fits together, and the Pod Security Standard "restricted"."""

import re
import warnings

import pytest
import yaml

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from kubernetes.client import models

from daemon import ROOT

MANIFESTS = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/ttstd.yaml").read_text()))
KINDS = {
    "Service": models.V1Service,
    "NetworkPolicy": models.V1NetworkPolicy,
    "StatefulSet": models.V1StatefulSet,
}
PLAIN = {"str": str, "int": int, "bool": bool, "object": object}


def faults_of_list(value, kind, place):
    if not isinstance(value, list):
        return [f"{place} is no list"]
    return [f for i, item in enumerate(value) for f in faults(item, kind, f"{place}[{i}]")]


def faults_of_model(value, model, place):
    if not isinstance(value, dict):
        return [f"{place} is no {model.__name__}"]
    fields = {json: name for name, json in model.attribute_map.items()}
    found = [f"{place}.{key} is unknown" for key in value if key not in fields]
    given = {fields[key]: item for key, item in value.items() if key in fields}
    try:
        model(**given)  # complains of what is missing, and of values that are none of an enumeration
    except ValueError as error:
        found.append(f"{place}: {error}")
    for name, item in given.items():
        found += faults(item, model.openapi_types[name], f"{place}.{model.attribute_map[name]}")
    return found


def faults(value, kind, place):
    """What is wrong with a value that should be of a type, in the words of the client's models."""
    inner = re.fullmatch(r"(list|dict)(?:\[|\(str, )(.*)[\])]", kind)
    if inner and inner[1] == "list":
        return faults_of_list(value, inner[2], place)
    if inner:
        return [f for key, item in value.items() for f in faults(item, inner[2], f"{place}.{key}")]
    if kind in PLAIN:
        is_right = isinstance(value, PLAIN[kind]) and (kind != "int" or value is not True)
        return [] if is_right else [f"{place} is no {kind}"]
    return faults_of_model(value, getattr(models, kind), place)


def faults_of(manifest):
    return faults(manifest, KINDS[manifest["kind"]].__name__, manifest["kind"])


def of_kind(kind):
    (manifest,) = [manifest for manifest in MANIFESTS if manifest["kind"] == kind]
    return manifest


@pytest.fixture
def pod():
    return of_kind("StatefulSet")["spec"]["template"]["spec"]


@pytest.fixture
def container(pod):
    (container,) = pod["containers"]
    return container


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_known_and_of_its_type(kind):
    assert faults_of(of_kind(kind)) == []


def test_faults_would_be_found(pod, container):
    spoiled = yaml.safe_load(yaml.safe_dump(of_kind("StatefulSet")))
    spec = spoiled["spec"]
    spec["replica"] = spec.pop("replicas")
    del spec["selector"]
    spec["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = "8080"
    found = "\n".join(faults_of(spoiled))
    for fault in ("spec.replica is unknown", "`selector`", "ports[0].containerPort is no int"):
        assert fault in found


def test_selectors_find_the_pod():
    labels = of_kind("StatefulSet")["spec"]["template"]["metadata"]["labels"]
    assert of_kind("Service")["spec"]["selector"].items() <= labels.items()
    assert of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert of_kind("StatefulSet")["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert of_kind("StatefulSet")["spec"]["serviceName"] == of_kind("Service")["metadata"]["name"]


def test_ports_are_named_as_the_container_names_them(container):
    names = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in of_kind("Service")["spec"]["ports"]} <= names
    for rule in of_kind("NetworkPolicy")["spec"]["ingress"]:
        assert {port["port"] for port in rule["ports"]} <= names
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] in names


def test_mounts_have_their_volumes(pod, container):
    claims = of_kind("StatefulSet")["spec"]["volumeClaimTemplates"]
    volumes = {v["name"] for v in pod["volumes"]} | {c["metadata"]["name"] for c in claims}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes


def test_the_pod_meets_the_restricted_standard(pod, container):
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    kinds = [set(volume) - {"name"} for volume in pod["volumes"]]
    assert all(kind <= {"secret", "configMap", "emptyDir", "projected"} for kind in kinds)


def test_the_daemon_serves_with_these_options_and_answers_the_probes(house, container, tmp_path):
    (tmp_path / "tokens").write_text("0123456789abcdef")
    env = {variable["name"]: variable["value"] for variable in container["env"]}
    env["TTSTD_TOKEN_FILE"] = str(tmp_path / "tokens")
    env["TTSTD_LOG_FORMAT"] = "text"  # which the tests read
    daemon = house(env=env)
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert daemon.get(container[probe]["httpGet"]["path"]).status_code == 200
