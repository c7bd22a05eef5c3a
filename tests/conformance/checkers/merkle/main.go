// Asks transparency-dev/merkle about the cases that its own vectors hold, made anew by our tests:
// it must say of each what our code said. Two kinds of case it passes which ours refuses, both
// degenerate: "roots" that are no hashes, and a tree of nothing with any root one likes.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

type hexed []byte

func (h *hexed) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

type testCase struct {
	A, B          int64
	First, Second hexed
	Proof         []hexed
	Holds         bool
}

func (c testCase) proof() [][]byte {
	var found [][]byte
	for _, each := range c.Proof {
		found = append(found, each)
	}
	return found
}

var hasher = rfc6962.DefaultHasher

func main() {
	log.SetFlags(0)
	body, err := os.ReadFile(filepath.Join(os.Args[1], "vectors.json"))
	if err != nil {
		log.Fatal(err)
	}
	var told struct {
		Leaves, Roots          []hexed
		Inclusion, Consistency []testCase
	}
	if err := json.Unmarshal(body, &told); err != nil {
		log.Fatal(err)
	}
	roots(told.Leaves, told.Roots)
	included, _ := agree("inclusion", told.Inclusion, func(c testCase) error {
		return proof.VerifyInclusion(hasher, uint64(c.A), uint64(c.B), c.First, c.proof(), c.Second)
	})
	continued, degenerate := agree("consistency", told.Consistency, func(c testCase) error {
		return proof.VerifyConsistency(hasher, uint64(c.A), uint64(c.B), c.proof(), c.First, c.Second)
	})
	fmt.Printf("%d roots, %d cases of inclusion and %d of consistency as it says; %d degenerate ones refused by us alone\n",
		len(told.Roots), included, continued, degenerate)
}

func roots(leaves, want []hexed) {
	factory := compact.RangeFactory{Hash: hasher.HashChildren}
	grown := factory.NewEmptyRange(0)
	for at, leaf := range leaves {
		if err := grown.Append(hasher.HashLeaf(leaf), nil); err != nil {
			log.Fatal(err)
		}
		root, err := grown.GetRootHash(nil)
		if err != nil || !bytes.Equal(root, want[at]) {
			log.Fatalf("the root of %d leaves is %x, not %x", at+1, root, want[at])
		}
	}
}

func agree(what string, cases []testCase, verify func(testCase) error) (int, int) {
	degenerate := 0
	for at, each := range cases {
		negative := each.A < 0 || each.B < 0 // their sizes have no sign
		holds := !negative && verify(each) == nil
		switch {
		case holds == each.Holds:
		case holds && noTree(each):
			degenerate++
		default:
			log.Fatalf("%s %d: ours says %v, theirs %v: %+v", what, at, each.Holds, holds, each)
		}
	}
	if len(cases) < 98 {
		log.Fatalf("only %d cases of %s", len(cases), what)
	}
	return len(cases), degenerate
}

// noTree tells the degenerate cases: a root of another length than a hash, or not the one root
// that a tree without leaves has.
func noTree(c testCase) bool {
	short := len(c.First) != hasher.Size() || len(c.Second) != hasher.Size()
	return short || (c.A == 0 && !bytes.Equal(c.First, hasher.EmptyRoot()))
}
