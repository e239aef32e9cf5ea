package web

import (
	"container/list"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// cache keeps the values used last, up to a number of bytes. It is safe for concurrent
// use. Values are shared: whoever gets one must not change it.
type cache[V any] struct {
	mu       sync.Mutex
	most     int64
	size     int64
	newest   *list.List // of *entry[V]
	byKey    map[string]*list.Element
	hits     prometheus.Counter
	misses   prometheus.Counter
	evicted  prometheus.Counter
	occupied prometheus.Gauge
}

type entry[V any] struct {
	key    string
	value  V
	weight int64
}

// newCache makes a cache of at most most bytes; with none it keeps nothing.
func newCache[V any](name string, most int64, m *metrics) *cache[V] {
	return &cache[V]{
		most: most, newest: list.New(), byKey: map[string]*list.Element{},
		hits: m.cacheLookups.WithLabelValues(name, "hit"), misses: m.cacheLookups.WithLabelValues(name, "miss"),
		evicted: m.cacheEvicted.WithLabelValues(name), occupied: m.cacheBytes.WithLabelValues(name),
	}
}

func (c *cache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.byKey[key]
	if !ok {
		c.misses.Inc()
		var none V
		return none, false
	}
	c.hits.Inc()
	c.newest.MoveToFront(found)
	return found.Value.(*entry[V]).value, true
}

// put keeps a value that takes weight bytes. One that would fill more than an eighth of
// the cache is not kept: it would drive out everything else.
func (c *cache[V]) put(key string, value V, weight int64) {
	weight += int64(len(key))
	if weight > c.most/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.byKey[key]; ok {
		c.drop(old)
	}
	c.byKey[key] = c.newest.PushFront(&entry[V]{key: key, value: value, weight: weight})
	c.size += weight
	for c.size > c.most {
		c.drop(c.newest.Back())
		c.evicted.Inc()
	}
	c.occupied.Set(float64(c.size))
}

func (c *cache[V]) drop(e *list.Element) {
	old := c.newest.Remove(e).(*entry[V])
	delete(c.byKey, old.key)
	c.size -= old.weight
}
