-- Asks the gate about each request: answers for it where the gate does not let it through, and otherwise hands on who
-- asks. /etc/haproxy/gate.lua

local GATE = "http://127.0.0.1:9450/decision"
-- What of the gate's refusal the client is told.
local TOLD = { "www-authenticate", "dpop-nonce", "retry-after", "cache-control", "content-type", "countersign-event-id" }

-- Every value of a header, so that repetition shows.
local function values(headers, name)
  local found = {}
  local lines = headers[name]
  if lines ~= nil then
    local index = 0
    while lines[index] ~= nil do
      found[#found + 1] = lines[index]
      index = index + 1
    end
  end
  return found
end

local function ask(txn)
  local headers = txn.http:req_get_headers()
  local question = {
    ["x-original-method"] = { txn.sf:method() },
    ["x-original-uri"] = { txn.sf:pathq() },
  }
  for _, name in ipairs({ "authorization", "dpop" }) do
    local lines = values(headers, name)
    if #lines > 0 then question[name] = lines end
  end
  local certificate = txn:get_var("txn.gate_certificate")
  if certificate ~= nil then question["x-ssl-client-der"] = { certificate } end
  return core.httpclient():get({ url = GATE, headers = question, timeout = 10000 })
end

local function refuse(txn, answer)
  local reply = txn:reply()
  reply:set_status(answer.status)
  for _, name in ipairs(TOLD) do
    for _, value in ipairs(values(answer.headers, name)) do reply:add_header(name, value) end
  end
  reply:set_body(answer.body or "")
  txn:done(reply)
end

core.register_action("countersign_gate", { "http-req" }, function(txn)
  txn:set_var("txn.gate_allowed", false)
  local asked, answer = pcall(ask, txn)
  -- Without an answer the request is denied by the line behind this one.
  if not asked or answer == nil or answer.status == nil or answer.status == 0 then return end
  if answer.status ~= 200 then
    if answer.status >= 400 and answer.status <= 599 then refuse(txn, answer) end
    return
  end
  for name in pairs(answer.headers) do
    if string.sub(name, 1, 7) == "x-auth-" then
      local value = values(answer.headers, name)[1]
      if value ~= nil and value ~= "" then txn.http:req_set_header(name, value) end
    end
  end
  local nonce = values(answer.headers, "dpop-nonce")[1]
  if nonce ~= nil then txn:set_var("txn.gate_nonce", nonce) end
  txn:set_var("txn.gate_allowed", true)
end, 0)
