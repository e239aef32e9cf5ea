package pack

import (
	"context"
	"encoding/binary"
	"testing"
)

// reader turns fuzz bytes into numbers, mostly small and sometimes huge.
type reader struct{ data []byte }

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) number() int64 {
	b := r.byte()
	if b < 0xf0 || len(r.data) < 8 {
		return int64(b % 64)
	}
	n := int64(binary.LittleEndian.Uint64(r.data))
	r.data = r.data[8:]
	return n
}

func (r *reader) problem() Problem {
	p := Problem{Zones: int(r.byte() % 5), MinNodesPerZone: int64(r.byte() % 3), Survive: []Survive{SurviveNothing, SurviveNode, SurviveZone}[r.byte()%3]}
	for range r.byte() % 4 {
		p.NodeTypes = append(p.NodeTypes, NodeType{Capacity: Vector{r.number(), r.number(), r.number()}, Price: r.number(), Limit: r.number() % 4})
	}
	for range r.byte() % 6 {
		s := Shape{Size: Vector{r.number(), r.number(), r.number()}, Count: r.number(), MaxPerNode: r.number() % 3}
		flags := r.byte()
		s.AnyZone = flags&16 != 0
		if flags%4 == 0 {
			for range p.NodeTypes {
				s.NodeTypes = append(s.NodeTypes, r.byte()%2 == 0)
			}
		}
		p.Shapes = append(p.Shapes, s)
	}
	return p
}

// Whatever the problem, Solve refuses it with a reason or returns a plan that the
// checker accepts, with a bound that the certificate proves.
func FuzzSolve(f *testing.F) {
	f.Add([]byte{1, 0, 0, 1, 50, 50, 9, 5, 0, 2, 7, 9, 1, 12, 0, 1, 3, 4, 1, 30, 0, 1})
	f.Add([]byte{3, 1, 2, 2, 50, 50, 9, 5, 0, 60, 20, 9, 4, 2, 3, 7, 9, 1, 12, 0, 0, 1, 0, 3, 4, 1, 30, 2, 1, 8, 8, 8, 8})
	f.Fuzz(func(t *testing.T, data []byte) {
		p := (&reader{data}).problem()
		for _, effort := range []Effort{Fast, Tight} {
			s, err := Solve(context.Background(), p, Settings{Effort: effort})
			if err != nil {
				return
			}
			if err := Check(p, s); err != nil {
				t.Fatalf("%v\n%+v\n%+v", err, p, s)
			}
			if s.Certificate != nil {
				if _, err := VerifyCertificate(p, *s.Certificate); err != nil && err != errTooFine {
					t.Fatalf("%v\n%+v\n%+v", err, p, s.Certificate)
				}
			}
		}
		if _, err := FirstFit(p); err != nil {
			t.Fatal(err)
		}
	})
}
