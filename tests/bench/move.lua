-- wrk's script: POST /move with one board, or with `-- N` a batch of N.

local boards = {
  "000000000", "100000000", "120000000", "112200000", "000010002", "010020000", "100020001", "121020010",
}

function init(args)
  local body = '{"board":"000000000"}'
  if args[1] then
    local list = {}
    for i = 1, tonumber(args[1]) do
      list[i] = '"' .. boards[i % #boards + 1] .. '"'
    end
    body = '{"boards":[' .. table.concat(list, ",") .. "]}"
  end
  wrk.method = "POST"
  wrk.body = body
  wrk.headers["Content-Type"] = "application/json"
  request = wrk.format()
  wrk.request = function() return request end
end
