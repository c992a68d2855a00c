// Checks a proof of the log (.tlog-proof), or the seal of a paper (PDF), with the programs of those who wrote the formats:
// golang.org/x/mod/sumdb/note opens signed heads, golang.org/x/mod/sumdb/tlog checks places in the tree, and neither knows
// anything of ours. docs/trail.md says what each line is.
//
//	go run check-proof.go FILE VKEY
//
// What was proved is written to standard output; of a proof, the bytes of its entry. It ends with 1 where something does
// not hold.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: check-proof FILE VKEY")
		os.Exit(2)
	}
	proved, err := check(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(proved)
}

func check(path, vkey string) ([]byte, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(file, []byte("%PDF-")) {
		return seal(file, key)
	}
	return entry(string(file), key)
}

// The entry of a proof (C2SP tlog-proof), led to a head (C2SP tlog-checkpoint) that the key signed.
func entry(file string, key note.Verifier) ([]byte, error) {
	head, signed, isWhole := strings.Cut(file, "\n\n")
	lines := strings.Split(head, "\n")
	if !isWhole || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, errors.New("this is no proof")
	}
	proved, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return nil, fmt.Errorf("the entry: %w", err)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the place: %w", err)
	}
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, fmt.Errorf("the way: %w", err)
		}
		path = append(path, hash)
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(key))
	if err != nil {
		return nil, fmt.Errorf("the head: %w", err)
	}
	text := strings.Split(opened.Text, "\n")
	if len(text) < 4 || text[0] != key.Name() {
		return nil, errors.New("the head is of another log")
	}
	size, err := strconv.ParseInt(text[1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the head: %w", err)
	}
	root, err := tlog.ParseHash(text[2])
	if err != nil {
		return nil, fmt.Errorf("the head: %w", err)
	}
	if err := tlog.CheckRecord(path, size, root, index, tlog.RecordHash(proved)); err != nil {
		return nil, fmt.Errorf("the entry does not lead to the head: %w", err)
	}
	return proved, nil
}

var sealed = regexp.MustCompile(`reqord-paper-v1:([A-Za-z0-9+/=]{92}(?:,[A-Za-z0-9+/=]{92})*)`)

// The seal of a paper: a signature over the digest of the file, with a zero in place of each sign of each signature.
func seal(file []byte, key note.Verifier) ([]byte, error) {
	found := sealed.FindSubmatch(file)
	if found == nil {
		return nil, errors.New("the paper carries no seal")
	}
	var room []byte
	for _, sign := range found[1] {
		if sign == ',' {
			room = append(room, ',')
		} else {
			room = append(room, '0')
		}
	}
	digest := sha256.Sum256(bytes.ReplaceAll(file, found[1], room))
	words := []byte(fmt.Sprintf("reqord paper seal v1\n%x\n", digest))
	for _, one := range strings.Split(string(found[1]), ",") {
		signature, err := base64.StdEncoding.DecodeString(one)
		if err != nil || len(signature) != 68 {
			return nil, errors.New("the seal is not whole")
		}
		if fmt.Sprintf("%x", signature[:4]) == fmt.Sprintf("%08x", key.KeyHash()) {
			if !key.Verify(words, signature[4:]) {
				return nil, errors.New("the paper is not what was sealed")
			}
			return []byte(fmt.Sprintf("The paper is, byte for byte, what %s+%08x sealed.\n", key.Name(), key.KeyHash())), nil
		}
	}
	return nil, errors.New("the paper is sealed by another key")
}
