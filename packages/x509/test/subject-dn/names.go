// Prints the subject of each certificate file as Go writes it: file, writing and base64 of the text.
package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
)

func show(file, writing, text string) {
	fmt.Println(file, writing, base64.StdEncoding.EncodeToString([]byte(text)))
}

func main() {
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		block, _ := pem.Decode(text)
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue
		}
		var sequence pkix.RDNSequence
		if _, err := asn1.Unmarshal(certificate.RawSubject, &sequence); err != nil {
			panic(err)
		}
		show(file, "RDNSequence", sequence.String())
		// Name.String() sorts what it knows and leaves out what it joins: only where nothing was lost is it the name.
		if certificate.Subject.ToRDNSequence().String() == sequence.String() {
			show(file, "Name", certificate.Subject.String())
		}
	}
}
