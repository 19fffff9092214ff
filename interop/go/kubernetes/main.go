// What kube-apiserver does with an ID token: its own authenticator, built of its own configuration file.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/plugin/pkg/authenticator/token/oidc"
)

// authorities is the content of the configuration's certificateAuthority, as kube-apiserver hands it on.
type authorities string

func (a authorities) CurrentCABundleContent() []byte { return []byte(a) }

func read(file string) (*apiserver.AuthenticationConfiguration, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	install.Install(scheme)
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	decoded, err := runtime.Decode(codecs.UniversalDecoder(), data)
	if err != nil {
		return nil, err
	}
	configuration, ok := decoded.(*apiserver.AuthenticationConfiguration)
	if !ok || len(configuration.JWT) != 1 {
		return nil, errors.New("not one authenticator")
	}
	return configuration, nil
}

func run(ctx context.Context, file, idToken string) error {
	configuration, err := read(file)
	if err != nil {
		return err
	}
	authenticator, err := oidc.New(ctx, oidc.Options{
		JWTAuthenticator:  configuration.JWT[0],
		CAContentProvider: authorities(configuration.JWT[0].Issuer.CertificateAuthority),
	})
	if err != nil {
		return err
	}
	// It reads discovery on its own time.
	for authenticator.HealthCheck() != nil {
		select {
		case <-ctx.Done():
			return authenticator.HealthCheck()
		case <-time.After(50 * time.Millisecond):
		}
	}
	response, ok, err := authenticator.AuthenticateToken(ctx, idToken)
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("the token is not for this authenticator")
	}
	fmt.Println(response.User.GetName())
	for _, group := range response.User.GetGroups() {
		fmt.Println(group)
	}
	return nil
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := run(ctx, os.Args[1], os.Getenv("ID_TOKEN")); err != nil {
		log.Fatal(err)
	}
}
