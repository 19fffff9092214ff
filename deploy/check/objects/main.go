// Objects decodes every object of Kubernetes in the files it is given as the API server does when it is asked to be
// strict: by the Go types of their kinds, refusing fields that no type has and fields that stand twice. Pods must meet the
// restricted Pod Security Standard besides, by the code that the API server judges them with.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

func decoder() (runtime.Decoder, error) {
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, certmanager.AddToScheme, gateway.Install, monitoring.AddToScheme,
	} {
		if err := add(known); err != nil {
			return nil, err
		}
	}
	return serializer.NewCodecFactory(known, serializer.EnableStrict).UniversalDeserializer(), nil
}

// isEmpty tells of a document that holds nothing but comments.
func isEmpty(document []byte) (bool, error) {
	var value any
	err := yaml.Unmarshal(document, &value)
	return value == nil, err
}

// judge says what of a pod the restricted standard does not allow.
func judge(object runtime.Object, evaluate policy.Evaluator) error {
	deployment, is := object.(*apps.Deployment)
	if !is {
		return nil
	}
	pod := deployment.Spec.Template
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	var forbidden []string
	for _, result := range evaluate.EvaluatePod(restricted, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			forbidden = append(forbidden, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	if len(forbidden) == 0 {
		return nil
	}
	return fmt.Errorf("not restricted: %s", strings.Join(forbidden, "; "))
}

func decodeFile(file string, decode runtime.Decoder, evaluate policy.Evaluator) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	decoded := 0
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return decoded, nil
		}
		if err != nil {
			return decoded, err
		}
		empty, err := isEmpty(document)
		if err != nil {
			return decoded, err
		}
		if empty {
			continue
		}
		object, kind, err := decode.Decode(document, nil, nil)
		if err != nil {
			return decoded, fmt.Errorf("object %d: %w", decoded+1, err)
		}
		if err := judge(object, evaluate); err != nil {
			return decoded, fmt.Errorf("object %d: %w", decoded+1, err)
		}
		named, err := meta.Accessor(object)
		if err != nil {
			return decoded, err
		}
		fmt.Printf("%s: %s %s %s\n", file, kind.GroupVersion(), kind.Kind, named.GetName())
		decoded++
	}
}

func main() {
	decode, err := decoder()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	evaluate, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := 0
	for _, file := range os.Args[1:] {
		decoded, err := decodeFile(file, decode, evaluate)
		if err == nil && decoded == 0 {
			err = errors.New("no object in it")
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			status = 1
		}
	}
	os.Exit(status)
}
