-- Appends a batch to a room's log in one step, or says why not (rules L2, L3, L8).
-- KEYS  meta, log, words: one room's, in one slot
-- ARGV  1 "append", "create" or "restore"
--       2 number: the append's own, by which a repeat is known; 3 "1" where it may be a repeat
--       4 held seq, 5 held chain: where the server stands ("restore": where the log must stand)
--       6 milliseconds to be added to this machine's clock ("restore": the batch's own time)
--       7 grace: for how many milliseconds after Redis was started anew a log may only be restored
--       8 bodies, each behind its length in four bytes; 9 words: of each the entry's index in the
--       batch (4 bytes), its position (1), and behind a length (4) salt and text; big-endian
--       10 PUBLISH, SPUBLISH or "", 11 the channel
--       12 the log's time as the server has counted it, or "" (rule L10)
-- Returns {"ok", last seq, time, chain before, chain after}, {"gone"}, {"exists"},
-- {"lost", seq, chain} where the log does not continue what the server holds, or {"wait", ms}.
local what, number = ARGV[1], ARGV[2]
local held_seq, held_chain = tonumber(ARGV[4]), ARGV[5]
local meta = redis.call('HMGET', KEYS[1], 'seq', 'chain', 'at_ms', 'run_id', 'since', 'since_run')
local seq, chain = tonumber(meta[1] or '0'), meta[2] or string.rep('0', 16)
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local run_id = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')

if what == 'create' then
  if meta[1] then return {'exists'} end
elseif what == 'restore' then
  if seq ~= held_seq or chain ~= held_chain then return {'lost', seq, chain} end
else
  if not meta[1] then return {'gone'} end
  if meta[4] ~= run_id then
    -- Redis was started anew, or another took over: whoever holds more puts it back first, and
    -- at once, for it may be the only one and die as well.
    local grace = tonumber(ARGV[7])
    local left = grace
    if meta[6] == run_id then
      left = tonumber(meta[5]) + grace - now
    else
      redis.call('HSET', KEYS[1], 'since', string.format('%.0f', now), 'since_run', run_id)
    end
    if held_seq > seq then return {'lost', seq, chain} end
    -- More than all of it is left only where this clock was set back since: that is no reason to wait.
    if left > 0 and left <= grace then return {'wait', left} end
  end
  local there = chain
  if held_seq < seq and held_seq > 0 then
    -- Others have appended since. Whoever holds another history of this log stands where no append
    -- ended, or where one ended otherwise.
    local place = ARGV[4] .. '-0'
    local found = redis.call('XRANGE', KEYS[2], place, place)[1]
    there = ''
    for i = 1, found and #found[2] or 0, 2 do
      if found[2][i] == 'c' then there = found[2][i + 1] end
    end
  end
  if held_seq > seq or (held_seq > 0 and held_chain ~= there) then
    return {'lost', seq, chain}
  end
  if ARGV[3] == '1' then
    local before = held_chain
    for _, kept in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[4] .. '-0', '+')) do
      local field = {}
      for i = 1, #kept[2], 2 do field[kept[2][i]] = kept[2][i + 1] end
      if field.n == number then
        -- A write of this connection, so that WAIT waits for what was written before.
        redis.call('HSET', KEYS[1], 'again', number)
        return {'ok', tonumber(string.match(kept[1], '^%d+')), tonumber(field.t), field.p, field.c}
      end
    end
  end
end

local at = tonumber(ARGV[6])
if what ~= 'restore' then
  at = now + at
  -- Where this clock was just set, nobody's deadline moves: what the server has counted holds.
  local counted = tonumber(ARGV[12])
  if counted and math.abs(at - counted) > 250 then at = counted end
  at = math.max(tonumber(meta[3] or '0'), at)
end
local time = string.format('%.0f', at)
local before = chain
local first = seq + 1
local place, body = 1, nil
while place <= #ARGV[8] do
  body, place = struct.unpack('>I4c0', ARGV[8], place)
  seq = seq + 1
  local head = chain .. string.format('%.0f', seq) .. ':' .. time .. ':'
  chain = string.sub(redis.sha1hex(head .. body), 1, 16)
end
local last = string.format('%.0f', seq)

local refs = {}
place = 1
while place <= #ARGV[9] do
  local index, position, word
  index, position, word, place = struct.unpack('>I4BI4c0', ARGV[9], place)
  local ref = string.format('%.0f', (first + index) * 256 + position)
  redis.call('HSET', KEYS[3], ref, word)
  refs[#refs + 1] = ref
end
local entry = {'XADD', KEYS[2], last .. '-0', 't', time, 'n', number, 'p', before, 'c', chain,
  'b', ARGV[8], 'w', table.concat(refs, ' ')}
local added = redis.pcall(unpack(entry))
if type(added) == 'table' and added.err then
  -- Beyond the log's end lies what a torn file left behind: nobody was told of it.
  local stood = string.format('%.0f', first - 1) .. '-0'
  for _, orphan in ipairs(redis.call('XRANGE', KEYS[2], '(' .. stood, '+')) do
    redis.call('XDEL', KEYS[2], orphan[1])
  end
  redis.call('XSETID', KEYS[2], stood)
  redis.call(unpack(entry))
end
redis.call('HSET', KEYS[1], 'seq', last, 'chain', chain, 'at_ms', time)
if what ~= 'restore' then redis.call('HSET', KEYS[1], 'run_id', run_id) end
if ARGV[10] ~= '' then
  redis.call('HSET', KEYS[1], 'stable', last)
  local head = table.concat({last, time, number, before, chain, #ARGV[8]}, ' ')
  redis.call(ARGV[10], ARGV[11], head .. '\n' .. ARGV[8] .. ARGV[9])
end
return {'ok', seq, at, before, chain}
