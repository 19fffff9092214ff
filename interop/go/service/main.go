// What a Go service with golang.org/x/oauth2 does that calls an API with tokens bound to its certificate, which is
// renewed while it runs.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// snippet: service
// Service calls APIs with tokens that are bound to its certificate. Each certificate has a client of its own, so that
// neither connections nor tokens of one are used with those of another.
type Service struct {
	ClientID, TokenURL, CertificateFile, KeyFile string

	mutex  sync.Mutex
	leaf   []byte
	client *http.Client
}

// Client is the one for the next call: its requests carry a token, fetched once and renewed before its end.
func (s *Service) Client() (*http.Client, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	pair, err := tls.LoadX509KeyPair(s.CertificateFile, s.KeyFile)
	if err != nil && s.client == nil {
		return nil, err
	}
	if err != nil { // being renewed, or broken: the last good pair goes on
		log.Print(err)
		return s.client, nil
	}
	if bytes.Equal(pair.Certificate[0], s.leaf) {
		return s.client, nil
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{
		// tls.Config.Certificates would present none to a server that names other authorities.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil },
	}
	credentials := clientcredentials.Config{
		ClientID:  s.ClientID,
		TokenURL:  s.TokenURL,
		AuthStyle: oauth2.AuthStyleInParams, // sends client_id alone, where there is no secret
	}
	plain := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, plain)
	s.leaf, s.client = pair.Certificate[0], credentials.Client(ctx)
	return s.client, nil
}

// end of snippet

func main() {
	service := &Service{
		ClientID:        os.Getenv("CLIENT_ID"),
		TokenURL:        os.Getenv("ISSUER") + "/oauth2/token",
		CertificateFile: os.Getenv("CERTIFICATE"),
		KeyFile:         os.Getenv("KEY"),
	}
	for {
		client, err := service.Client()
		if err != nil {
			log.Fatal(err)
		}
		response, err := client.Get(os.Getenv("API"))
		if err != nil {
			log.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusGone {
			return
		}
		if response.StatusCode != http.StatusOK {
			log.Fatal(response.Status)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
