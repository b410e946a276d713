"""What Redis does at once, in Lua: everything that must not be done by halves, whenever a worker or a machine dies.

Keys, below ``<prefix>:``

====================  =========  =================================================================================
requests              hash       URL -> request (JSON with ``host`` and ``priority``), while it waits or is in flight
waiting:<host>        sorted set waiting URLs by priority
hosts                 sorted set hosts with waiting URLs, by when one of theirs was last given out
sessions              sorted set workers by the time until which they are taken to be alive (milliseconds)
held:<session>        set        URLs that a worker has in flight
seen, seen:<run>      set        fingerprints of the URLs ever found, and of those found in a run or refresh
run, complete         string     the last run, and the last that left nothing waiting
refresh               string     the run in which the refresh began that the last run is part of
failed                hash       URL -> state, reason and request of what was not fetched, or not wanted
texts, files          hash       content hash -> first article; worker and file -> mark
====================  =========  =================================================================================

``zhengwen:turn:<host>`` (the time from which the host may be asked again) and ``zhengwen:slots:<host>`` (downloads
under way: tokens of the form ``<session>:<any>``, by when they are given up) belong to all jobs, as a host does not
care which job asks. ``zhengwen:turns:<session>`` are the hosts that a worker has asked.
"""

COMMON = """
local P = KEYS[1] .. ':'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function wait(url, request)
  local about = cjson.decode(request)
  redis.call('HSET', P .. 'requests', url, request)
  redis.call('ZADD', P .. 'waiting:' .. about.host, -about.priority, url)
  redis.call('ZADD', P .. 'hosts', 'NX', 0, about.host)
end

local function forget(url)
  local request = redis.call('HGET', P .. 'requests', url)
  if request then
    redis.call('HDEL', P .. 'requests', url)
    redis.call('ZREM', P .. 'waiting:' .. cjson.decode(request).host, url)
  end
  return request
end

local function end_turns(session)
  local hosts = 'zhengwen:turns:' .. session
  for _, host in ipairs(redis.call('SMEMBERS', hosts)) do
    for _, token in ipairs(redis.call('ZRANGE', 'zhengwen:slots:' .. host, 0, -1)) do
      if string.match(token, '^(.*):') == session then redis.call('ZREM', 'zhengwen:slots:' .. host, token) end
    end
  end
  redis.call('DEL', hosts)
end

local function end_session(session)
  end_turns(session)
  for _, url in ipairs(redis.call('SMEMBERS', P .. 'held:' .. session)) do
    local request = redis.call('HGET', P .. 'requests', url)
    if request then wait(url, request) end
  end
  redis.call('DEL', P .. 'held:' .. session)
  redis.call('ZREM', P .. 'sessions', session)
end

local function bury()
  for _, session in ipairs(redis.call('ZRANGEBYSCORE', P .. 'sessions', '-inf', now)) do
    end_session(session)
  end
end
"""

START = """
-- session, its worker, lease, whether it refreshes -> run, and the one in which the refresh began
-- A new run where no other worker is at work; a refresh that the run before did not complete goes on.
bury()
for _, session in ipairs(redis.call('ZRANGE', P .. 'sessions', 0, -1)) do
  if string.match(session, '^(.*)#') == ARGV[2] then  -- the lock of the job's folder proves that it is dead
    end_session(session)
  end
end
if redis.call('ZCARD', P .. 'sessions') == 0 then
  local complete = redis.call('GET', P .. 'complete') == redis.call('GET', P .. 'run')
  local run = redis.call('INCR', P .. 'run')
  if ARGV[4] == '0' then
    redis.call('DEL', P .. 'refresh')
  elseif complete or redis.call('EXISTS', P .. 'refresh') == 0 then
    redis.call('SET', P .. 'refresh', run)
  end
end
redis.call('ZADD', P .. 'sessions', now + ARGV[3], ARGV[1])
local run = tonumber(redis.call('GET', P .. 'run') or 1)
return {run, tonumber(redis.call('GET', P .. 'refresh') or run)}
"""

ADD = """
-- url, request, fingerprint, run or refresh, whether once in each of them -> whether it is to be fetched
local new = redis.call('SADD', P .. 'seen', ARGV[3]) == 1
if redis.call('HEXISTS', P .. 'requests', ARGV[1]) == 1 then return 0 end
if not new and ARGV[5] == '0' then return 0 end
local seen_in_run = P .. 'seen:' .. ARGV[4]
local new_in_run = redis.call('SADD', seen_in_run, ARGV[3]) == 1
redis.call('EXPIRE', seen_in_run, 7 * 86400)
if not new and not new_in_run then return 0 end
redis.call('HDEL', P .. 'failed', ARGV[1])
wait(ARGV[1], ARGV[2])
return 1
"""

LEASE = """
-- session, hosts to leave out -> url and request, or nil
-- Of the hosts whose turn it is, the one that waits longest; of later pages see scraper.crawl.ledger.Entry.
bury()
local left_out = {}
for n = 2, #ARGV do left_out[ARGV[n]] = true end

local function in_flight(host)
  for _, session in ipairs(redis.call('ZRANGE', P .. 'sessions', 0, -1)) do
    for _, url in ipairs(redis.call('SMEMBERS', P .. 'held:' .. session)) do
      local request = redis.call('HGET', P .. 'requests', url)
      if request and cjson.decode(request).host == host then return true end
    end
  end
  return false
end

local function has_only_later_pages(host)
  local first = redis.call('ZRANGE', P .. 'waiting:' .. host, 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2]) > 0
end

local function next_host()
  local best, best_turn
  for _, host in ipairs(redis.call('ZRANGE', P .. 'hosts', 0, 63 + #ARGV)) do
    if not left_out[host] and not (has_only_later_pages(host) and in_flight(host)) then
      local turn = tonumber(redis.call('GET', 'zhengwen:turn:' .. host) or 0)
      if not best or turn < best_turn then best, best_turn = host, turn end
      if turn <= now then break end
    end
  end
  return best
end

local url
while not url do
  local host = next_host()
  if not host then return nil end
  url = redis.call('ZPOPMIN', P .. 'waiting:' .. host)[1]
  if redis.call('EXISTS', P .. 'waiting:' .. host) == 0 then
    redis.call('ZREM', P .. 'hosts', host)
  else
    redis.call('ZADD', P .. 'hosts', now, host)
  end
end
redis.call('SADD', P .. 'held:' .. ARGV[1], url)
return {url, redis.call('HGET', P .. 'requests', url)}
"""

PUT_BACK = """
-- session, url, request
redis.call('SREM', P .. 'held:' .. ARGV[1], ARGV[2])
wait(ARGV[2], ARGV[3])
"""

COMMIT = """
-- session, lease, number of URLs, (url, state, reason, fingerprint)..., (file, mark)... -> whether it was done
-- All or nothing: a worker that was given up for dead must not say what became of URLs that others fetch now.
if not redis.call('ZSCORE', P .. 'sessions', ARGV[1]) then return 0 end
redis.call('ZADD', P .. 'sessions', now + ARGV[2], ARGV[1])
local at = 4
for _ = 1, tonumber(ARGV[3]) do
  local url, state, reason, fingerprint = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local request = forget(url)
  redis.call('SREM', P .. 'held:' .. ARGV[1], url)
  redis.call('SADD', P .. 'seen', fingerprint)
  if state ~= 'done' and request then
    redis.call('HSET', P .. 'failed', url, cjson.encode({state = state, reason = reason, request = request}))
  end
  at = at + 4
end
for n = at, #ARGV, 2 do redis.call('HSET', P .. 'files', ARGV[n], ARGV[n + 1]) end
return 1
"""

LEAVE = """
-- session: what it still holds waits again
end_session(ARGV[1])
"""

RETRY = """
-- state -> how many URLs that ended in it wait again
local count = 0
local all = redis.call('HGETALL', P .. 'failed')
for n = 1, #all, 2 do
  local about = cjson.decode(all[n + 1])
  if about.state == ARGV[1] then
    redis.call('HDEL', P .. 'failed', all[n])
    wait(all[n], about.request)
    count = count + 1
  end
end
return count
"""

PENDING = """
-- how many URLs wait or are in flight, with whichever worker
bury()
return redis.call('HLEN', P .. 'requests')
"""

TAKE_TURN = """
-- host, token, most at once, milliseconds between two, milliseconds a download may take -> 0, or how long to wait
local slots, turn = 'zhengwen:slots:' .. ARGV[1], 'zhengwen:turn:' .. ARGV[1]
redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
local next = tonumber(redis.call('GET', turn) or 0)
if next > now then return next - now end
if redis.call('ZCARD', slots) >= tonumber(ARGV[3]) then return 20 end
redis.call('ZADD', slots, now + ARGV[5], ARGV[2])
redis.call('PEXPIRE', slots, ARGV[5])
local hosts = 'zhengwen:turns:' .. string.match(ARGV[2], '^(.*):')
redis.call('SADD', hosts, ARGV[1])
redis.call('PEXPIRE', hosts, ARGV[5])
if tonumber(ARGV[4]) > 0 then redis.call('SET', turn, now + ARGV[4], 'PX', ARGV[4]) end
return 0
"""

END_TURN = """
-- host, token, milliseconds until the next
local turn = 'zhengwen:turn:' .. ARGV[1]
if redis.call('ZREM', 'zhengwen:slots:' .. ARGV[1], ARGV[2]) == 1 then
  local next = math.max(tonumber(redis.call('GET', turn) or 0), now + ARGV[3])
  if next > now then redis.call('SET', turn, next, 'PX', next - now) end
end
"""
