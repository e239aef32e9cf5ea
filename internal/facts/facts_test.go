package facts

import "testing"

func TestTheEmbeddedDataLoads(t *testing.T) {
	if _, err := load(dataFiles); err != nil {
		t.Fatal(err)
	}
}
