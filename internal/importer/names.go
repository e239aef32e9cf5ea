package importer

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// namer keeps, hashes or drops names. Everything that leaves the package goes through it.
type namer struct {
	mode    string
	key     []byte
	numbers map[string]string // dropped name → its number
}

func newNamer(o Options) *namer {
	n := &namer{mode: o.Names, key: o.HashKey, numbers: map[string]string{}}
	if n.mode == NamesHash && len(n.key) == 0 {
		n.key = make([]byte, sha256.Size)
		rand.Read(n.key) // never fails: it ends the program if the system has no randomness
	}
	return n
}

// keeps reports whether names stay as they are.
func (n *namer) keeps() bool { return n.mode == "" || n.mode == NamesKeep }

func (n *namer) namespace(name string) string { return n.of("namespace", name, name) }

func (n *namer) workload(r ref) string {
	return n.of("workload", r.namespace+"/"+r.kind+"/"+r.name, r.name)
}

func (n *namer) container(name string) string { return n.of("container", name, name) }

// ref writes an object's name for a message.
func (n *namer) ref(r ref) string {
	name := n.workload(r)
	if r.namespace != "" {
		name = n.namespace(r.namespace) + "/" + name
	}
	return shorten(name)
}

// of renames one thing: prefix says what it is, identity tells things of one name apart.
func (n *namer) of(prefix, identity, name string) string {
	if n.keeps() || name == "" {
		return name
	}
	if n.mode == NamesHash {
		mac := hmac.New(sha256.New, n.key)
		mac.Write([]byte(prefix + "\x00" + name))
		const hashBytes = 8
		return prefix + "-" + hex.EncodeToString(mac.Sum(nil)[:hashBytes])
	}
	key := prefix + "\x00" + identity
	if n.numbers[key] == "" {
		n.numbers[prefix] = next(n.numbers[prefix])
		n.numbers[key] = prefix + "-" + n.numbers[prefix]
	}
	return n.numbers[key]
}

func next(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		n = 0 // the first of its kind
	}
	return strconv.Itoa(n + 1)
}
