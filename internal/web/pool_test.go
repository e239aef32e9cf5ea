package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNoMoreIsComputedAtOnceThanThereAreSlots(t *testing.T) {
	p := newPool("test", 2, newMetrics("test"))
	var running, most atomic.Int64
	done := make(chan error)
	for range 40 {
		go func() {
			_, err := inSlot(t.Context(), p, func(context.Context) (int, error) {
				now := running.Add(1)
				for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
				}
				defer running.Add(-1)
				time.Sleep(time.Millisecond)
				return 0, nil
			})
			done <- err
		}()
	}
	for range 40 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 2 {
		t.Errorf("%d at once", most.Load())
	}
}

// occupied is a pool whose only slot is taken until release is called.
func occupied(t *testing.T) (p *pool, release func()) {
	t.Helper()
	p = newPool("test", 1, newMetrics("test"))
	taken, hold, left := make(chan bool), make(chan bool), make(chan bool)
	go func() {
		_, _ = inSlot(context.Background(), p, func(context.Context) (int, error) {
			close(taken)
			<-hold
			return 0, nil
		})
		close(left)
	}()
	<-taken
	return p, func() { close(hold); <-left }
}

func TestWhoComesWhenTooManyWaitIsSentAwayAtOnce(t *testing.T) {
	p, release := occupied(t)
	waiting := make(chan error)
	for range maxWaiting {
		go func() {
			_, err := inSlot(context.Background(), p, func(context.Context) (int, error) { return 0, nil })
			waiting <- err
		}()
	}
	for p.waiting.Load() < maxWaiting {
		time.Sleep(time.Millisecond)
	}
	_, err := inSlot(context.Background(), p, func(context.Context) (int, error) { return 0, nil })
	if got := problemOf(err); got.Status != 503 || got.retryAfter == 0 {
		t.Errorf("status %d, Retry-After %d", got.Status, got.retryAfter)
	}
	release()
	for range maxWaiting {
		if err := <-waiting; err != nil {
			t.Error(err)
		}
	}
}

func TestWhoWaitsCanGiveUp(t *testing.T) {
	p, release := occupied(t)
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := inSlot(ctx, p, func(context.Context) (int, error) { return 0, nil })
	if !errors.Is(err, context.Canceled) || p.waiting.Load() != 0 {
		t.Errorf("error %v, %d still wait", err, p.waiting.Load())
	}
	if got := problemOf(err); got.Status != 503 {
		t.Errorf("status %d", got.Status)
	}
}

func TestAPanicInAComputationIsAnErrorAndFreesItsSlot(t *testing.T) {
	p := newPool("test", 1, newMetrics("test"))
	_, err := inSlot(t.Context(), p, func(context.Context) (int, error) { panic("boom") })
	if err == nil || !strings.Contains(err.Error(), "boom") {
		t.Fatalf("error %v", err)
	}
	if got := problemOf(err); got.Status != 500 || strings.Contains(got.Detail, "boom") {
		t.Errorf("the user is told %q", got.Detail)
	}
	if _, err := inSlot(t.Context(), p, func(context.Context) (int, error) { return 1, nil }); err != nil {
		t.Error(err)
	}
}

func TestTheCacheNeverHoldsMoreThanItsBytesAndKeepsWhatWasUsedLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const most = 800
		c := newCache[int]("test", most, newMetrics("test"))
		last := map[string]int{}
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			key := fmt.Sprint("key", rapid.IntRange(0, 20).Draw(t, "key"))
			if rapid.Bool().Draw(t, "read") {
				if got, ok := c.get(key); ok && got != last[key] {
					t.Fatalf("%s is %d, was put as %d", key, got, last[key])
				}
				continue
			}
			weight := rapid.Int64Range(1, 150).Draw(t, "weight")
			c.put(key, i, weight)
			fits := weight+int64(len(key)) <= most/8
			if fits {
				last[key] = i
				if got, ok := c.get(key); !ok || got != i {
					t.Fatalf("%s was not kept", key)
				}
			}
			if c.size > most || c.size < 0 || len(c.byKey) != c.newest.Len() {
				t.Fatalf("%d bytes in %d entries of %d", c.size, len(c.byKey), c.newest.Len())
			}
		}
	})
}

func TestASpanHoldsBothEndsInEqualSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(-1000, 1000).Draw(t, "from")
		step := rapid.IntRange(1, 50).Draw(t, "step")
		count := rapid.IntRange(0, 100).Draw(t, "count")
		scale := rapid.SampledFrom([]int{1, 10, 100}).Draw(t, "scale")
		text := func(n int) string {
			if scale == 1 {
				return fmt.Sprint(n)
			}
			return fmt.Sprintf("%.*f", len(fmt.Sprint(scale))-1, float64(n)/float64(scale))
		}
		list, err := expandRange("x", text(from)+".."+text(from+count*step)+".."+text(step), false)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != count+1 || list[0] != text(from) || list[count] != text(from+count*step) {
			t.Fatalf("%v for %s in %d steps of %s", list, text(from), count, text(step))
		}
	})
}

func TestACacheWithoutBytesKeepsNothing(t *testing.T) {
	c := newCache[int]("test", 0, newMetrics("test"))
	c.put("key", 1, 1)
	if _, ok := c.get("key"); ok {
		t.Error("it was kept")
	}
}
