module commonweal.example/conformance/merkle

go 1.25.0

require github.com/transparency-dev/merkle v0.0.2
