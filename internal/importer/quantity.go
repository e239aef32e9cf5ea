package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Upper bounds of a row, the same as the model's: beyond them a figure is a slip.
const (
	maxServices         = 20_000
	maxReplicas         = 10_000_000
	maxPerNode          = 1_000_000
	maxArchitectures    = 2
	maxNodeTypes        = 600
	maxTolerations      = 100
	maxRPSPerPod        = 1_000_000
	maxPodCPUMillicores = 512_000
	maxPodMemoryMiB     = 8 << 20

	nanoPerMilli = 1_000_000
	bytesPerMiB  = 1 << 20
)

// amount is a request summed exactly: CPU in billionths of a core, memory in bytes.
type amount struct {
	nanocores, bytes int64
}

func (a amount) plus(b amount) amount {
	return amount{addCapped(a.nanocores, b.nanocores), addCapped(a.bytes, b.bytes)}
}

// addCapped adds two numbers that are not negative and stops at the largest there is.
func addCapped(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// timesCapped multiplies likewise.
func timesCapped(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}

func (a amount) most(b amount) amount {
	return amount{max(a.nanocores, b.nanocores), max(a.bytes, b.bytes)}
}

// millicores rounds up to whole millicores.
func (a amount) millicores() int64 { return ceilDiv(a.nanocores, nanoPerMilli) }

// mib rounds up to whole MiB.
func (a amount) mib() int64 { return ceilDiv(a.bytes, bytesPerMiB) }

// rounded reports whether stating the amount in whole millicores and MiB loses anything.
func (a amount) rounded() bool { return a.nanocores%nanoPerMilli != 0 || a.bytes%bytesPerMiB != 0 }

func ceilDiv(a, b int64) int64 {
	if a <= 0 {
		return 0
	}
	return (a-1)/b + 1
}

// loose is a scalar that a manifest writes as text, number or boolean. It keeps the text,
// so that what is wrong with it can be said with its path.
type loose struct {
	text  string
	given bool
}

// UnmarshalJSON accepts any JSON scalar; null is not given.
func (l *loose) UnmarshalJSON(raw []byte) error {
	*l = loose{}
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	switch raw[0] {
	case '{', '[':
		return errors.New("a list or mapping stands where one value belongs")
	case '"':
		if err := json.Unmarshal(raw, &l.text); err != nil {
			return err
		}
	default:
		l.text = string(raw)
	}
	l.given = true
	return nil
}

var (
	errNotQuantity = errors.New("is not a quantity")
	errNegative    = errors.New("is negative")
	errTooLarge    = errors.New("is more than any node has")
)

// parseCPU reads a CPU quantity (0.5, 500m) as nanocores.
func parseCPU(text string) (int64, error) {
	q, err := parseQuantity(text)
	if err != nil {
		return 0, err
	}
	if q.CmpInt64(maxPodCPUMillicores/1000) > 0 {
		return 0, errTooLarge
	}
	return q.ScaledValue(resource.Nano), nil
}

// parseMemory reads a memory quantity (512Mi, 1e9, 128974848) as bytes, rounded up.
func parseMemory(text string) (int64, error) {
	q, err := parseQuantity(text)
	if err != nil {
		return 0, err
	}
	if q.CmpInt64(maxPodMemoryMiB*bytesPerMiB) > 0 {
		return 0, errTooLarge
	}
	return q.Value(), nil
}

// parseQuantity guards resource.ParseQuantity, which would spend minutes on 1e999999999.
func parseQuantity(text string) (resource.Quantity, error) {
	const longest, largestExponent = 64, 18
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longest {
		return resource.Quantity{}, errNotQuantity
	}
	if cut := strings.IndexAny(text, "eE"); cut >= 0 && cut+1 < len(text) && text[cut:] != "Ei" {
		exponent, err := strconv.Atoi(text[cut+1:])
		switch {
		case err != nil:
			return resource.Quantity{}, errNotQuantity
		case exponent > largestExponent:
			return resource.Quantity{}, errTooLarge
		case exponent < -largestExponent:
			return resource.Quantity{}, errNotQuantity
		}
	}
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return resource.Quantity{}, errNotQuantity
	}
	if q.Sign() < 0 {
		return resource.Quantity{}, errNegative
	}
	return q, nil
}

// quantityFix says how quantities are written.
const quantityFix = "Write CPU as 250m or 0.25 and memory as 512Mi or 1Gi"
