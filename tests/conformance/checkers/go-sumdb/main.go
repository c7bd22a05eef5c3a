// Reads a log with Go's own code: golang.org/x/mod/sumdb/note opens its checkpoint,
// and golang.org/x/mod/sumdb/tlog proves every line of it from its tiles.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

func main() {
	log.SetFlags(0)
	logs, err := filepath.Glob(filepath.Join(os.Args[1], "log", "*"))
	if err != nil || len(logs) == 0 {
		log.Fatal("there is no log to be read")
	}
	for _, folder := range logs {
		check(folder)
	}
}

func check(folder string) {
	known := keys(folder)
	tree := opened(read(folder, "checkpoint"), known)
	hashes := tlog.TileHashReader(tree, tiles(folder))

	for index, line := range lines(folder, tree.N) {
		place := int64(index)
		proof, err := tlog.ProveRecord(tree.N, place, hashes)
		must(err, "line %d", place+1)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, place, tlog.RecordHash(line)), "line %d", place+1)
	}
	fmt.Printf("%s: note opens with the keys, and tlog proves all %d lines from the tiles\n", folder, tree.N)

	proofs, _ := filepath.Glob(filepath.Join(folder, "proof", "*"))
	for _, path := range proofs {
		checkProof(path, folder, known)
	}
	grown, _ := filepath.Glob(filepath.Join(folder, "consistency", "*"))
	for _, path := range grown {
		checkGrown(path, hashes)
	}
	if len(proofs) == 0 || len(grown) == 0 {
		log.Fatal("there are no proofs to be checked")
	}
	fmt.Printf("%s: %d tlog-proof files and %d proofs of consistency hold\n", folder, len(proofs), len(grown))
}

// opened is the tree of a checkpoint that its log and its witness signed.
func opened(text []byte, known []note.Verifier) tlog.Tree {
	found, err := note.Open(text, note.VerifierList(known...))
	must(err, "the checkpoint")
	if len(found.Sigs) < 2 {
		log.Fatal("the checkpoint is not signed by its log and a witness")
	}
	said := strings.Split(found.Text, "\n")
	if len(said) != 4 || said[0] != found.Sigs[0].Name {
		log.Fatalf("this is no checkpoint: %q", said)
	}
	size, err := strconv.ParseInt(said[1], 10, 64)
	must(err, "the size")
	root, err := tlog.ParseHash(said[2])
	must(err, "the root")
	return tlog.Tree{N: size, Hash: root}
}

// checkProof reads a c2sp.org/tlog-proof file.
func checkProof(path, folder string, known []note.Verifier) {
	head, signed, _ := strings.Cut(string(read(path)), "\n\n")
	said := strings.Split(head, "\n")
	if len(said) < 2 || said[0] != "c2sp.org/tlog-proof@v1" {
		log.Fatalf("%s is no tlog-proof", path)
	}
	place, err := strconv.ParseInt(strings.TrimPrefix(said[1], "index "), 10, 64)
	must(err, path)
	var proof tlog.RecordProof
	for _, each := range said[2:] {
		hash, err := tlog.ParseHash(each)
		must(err, path)
		proof = append(proof, hash)
	}
	tree := opened([]byte(signed), known)
	line := lines(folder, tree.N)[place]
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, place, tlog.RecordHash(line)), path)
}

func checkGrown(path string, hashes tlog.HashReader) {
	var told struct {
		Old, New struct {
			Size int64
			Root tlog.Hash
		}
		Proof []tlog.Hash
	}
	must(json.Unmarshal(read(path), &told), path)
	for _, end := range []struct {
		Size int64
		Root tlog.Hash
	}{told.Old, told.New} {
		root, err := tlog.TreeHash(end.Size, hashes)
		must(err, path)
		if root != end.Root {
			log.Fatalf("%s names another root of %d lines than the tiles", path, end.Size)
		}
	}
	must(tlog.CheckTree(told.Proof, told.New.Size, told.New.Root, told.Old.Size, told.Old.Root), path)
}

// lines are all entries of the log, from its entry bundles.
func lines(folder string, size int64) [][]byte {
	var found [][]byte
	for first := int64(0); first < size; first += width {
		body := read(folder, "tile", "entries", number(first/width, size-first))
		for len(body) >= 2 {
			length := int(binary.BigEndian.Uint16(body))
			if len(body) < 2+length {
				log.Fatal("a bundle of entries is cut short")
			}
			found = append(found, body[2:2+length])
			body = body[2+length:]
		}
	}
	if int64(len(found)) != size {
		log.Fatalf("%d lines, and %d were signed", len(found), size)
	}
	return found
}

func number(tile, left int64) string {
	path := fmt.Sprintf("%03d", tile%1000)
	for tile /= 1000; tile > 0; tile /= 1000 {
		path = fmt.Sprintf("x%03d/%s", tile%1000, path)
	}
	if left < width {
		path += fmt.Sprintf(".p/%d", left)
	}
	return path
}

// tiles reads C2SP's paths, which are Go's but for the height.
type tiles string

func (folder tiles) Height() int                         { return height }
func (folder tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		body, err := os.ReadFile(filepath.Join(string(folder), path))
		if err != nil {
			return nil, err
		}
		found = append(found, body)
	}
	return found, nil
}

// keys are those of the log and its witness; Go's note knows the first kind only.
func keys(folder string) []note.Verifier {
	var found []note.Verifier
	for _, text := range strings.Fields(string(read(folder, "keys"))) {
		verifier, err := note.NewVerifier(text)
		if err != nil {
			verifier = cosigner(text)
		}
		found = append(found, verifier)
	}
	return found
}

// witness is a key of c2sp.org/tlog-cosignature.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func cosigner(text string) note.Verifier {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		log.Fatalf("%q is no key", text)
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, text)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	id, err := hex.DecodeString(parts[1])
	must(err, text)
	if len(data) != 33 || data[0] != 4 || !bytes.Equal(sum[:4], id) {
		log.Fatalf("%q is no key of a witness", text)
	}
	return witness{parts[0], binary.BigEndian.Uint32(id), data[1:]}
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	said := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(w.key, []byte(said), signature[8:])
}

func read(path ...string) []byte {
	body, err := os.ReadFile(filepath.Join(path...))
	must(err, "a file is missing")
	return body
}

func must(err error, what string, about ...any) {
	if err != nil {
		log.Fatalf(what+": %v", append(about, err)...)
	}
}
