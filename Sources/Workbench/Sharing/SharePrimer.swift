/// What is read before a text is packed or unpacked: how scripts usually read.
///
/// It is part of the format: who changes a letter of it raises ``ShareToken/format``, or tokens that people have kept would
/// unpack into something else.
enum SharePrimer {
  /// What has read it.
  static let reader: TextPredictor = {
    var reader = TextPredictor()
    for byte in text.utf8 {
      for shift in stride(from: 7, through: 0, by: -1) { reader.take(byte >> UInt8(shift) & 1 == 1) }
    }
    return reader
  }()

  /// Lines as people write them, the most usual ones last.
  static let text = """
    seed 42 fixed
    cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3 scheme=streams
    cluster us-east-1:4 eu-west-1:4 ap-south-1:4 scheme=primary-cache
    cluster us-east-1:3 us-west-2:3 eu-west-1:3 scheme=log
    profile netflix-cassandra
    profile facebook-tao
    link us-east-1 eu-west-1 exponential(10ms) for write
    link us-east-1 us-east-1 uniform(0.5ms, 1.5ms)
    set hints off
    set read-repair off
    set read-repair async 10%
    set conflict siblings
    set anti-entropy 30s
    set speculative-retry 99p
    set sloppy-quorum on
    set hint-window 3h
    set tombstone-grace 10d
    set failure-detector after 1s
    set coordinator round-robin
    set forwarding on
    set processing-time read 0.2ms write 0.3ms
    set read-timeout 5s
    set write-timeout 2s
    set multi-region strong
    set partitions 4
    set min-insync 2
    set unclean-election on
    set retries standard-2026
    set dns-ttl 60s
    set health-check 30s failures 3
    set breaker 50% of 20 open 5s trials 1
    set hedge 95p
    set edge-ttl 10s
    set throttle 100/s burst 50
    set stream-capacity 900/s
    set mirror us-east-1 -> eu-west-1 checkpoint 60s
    type cart or-set
    type likes counter
    client alice in eu-west-1
    client bob in us-east-1
    guarantee alice read-your-writes monotonic-reads
    consumer billing in us-east-1
    consume billing 10
    follow bob alice
    followers alice 31000000
    post alice hello
    timeline bob in eu-west-1
    alert lagging when lag.p99 > 5s for 1m severity page
    when lagging do set stream-capacity unlimited
    kill-leader cart
    move-leader cart to eu1
    load 1000/s for 60s write 90% keys 500 zipf 1.1 at LOCAL_QUORUM
    load 100/s for 10s write 50% keys 100 at QUORUM/ONE in us-east-1
    increment likes by 2
    add cart eggs
    remove cart eggs
    delete cart at QUORUM
    write cart milk if absent at SERIAL
    write cart milk timestamp 1000
    write cart milk ttl 10s
    isolate ap-south-1
    partition us-east-1 | eu-west-1 ap-south-1
    crash eu1
    restart eu1
    wipe eu1
    destroy us-east-1
    pause eu1
    resume eu1
    slow us-east-1 eu-west-1 by 300ms
    lose 5% us-east-1 eu-west-1
    skew eu1 by 250ms
    hold us1 eu2
    release us1 eu2
    deliver 17
    drop 17
    heal us-east-1 eu-west-1
    repair cart
    sync us1 -> eu1
    fork "quorum"
    switch main
    back 20
    goto 120ms
    undo
    redo
    step 5
    speed 0.02x
    speed auto
    play to event 1234 at 120500us
    goto event 57 at 181000us
    view space-time
    view metrics
    view map
    zoom key
    focus us1
    select cart
    expect converged
    expect not converged
    expect last.outcome == ok
    expect last.outcome == unavailable
    expect last.value == milk
    expect last.value == none
    expect last.stale
    expect not last.stale
    expect last.latency < 100ms
    expect writes.lost == 0
    expect hints.pending > 0
    expect reads.stale-rate < 5%
    mark "The cut"
    mark "Healing"
    say "The link between Virginia and Ireland is cut; both sides still accept writes."
    say "A moment later all replicas have it. What does a read at ONE see?"
    async write cart milk at ALL in us-east-1
    await
    run 200ms
    run 1s
    run until converged within 10s
    write cart jam at LOCAL_QUORUM in eu-west-1
    write cart tea at EACH_QUORUM in ap-south-1
    read cart at LOCAL_ONE in ap-south-1 via eu1
    read cart at QUORUM in us-east-1 as alice
    cut us-east-1 eu-west-1
    write cart eggs at ONE in eu-west-1
    read cart at ONE in eu-west-1
    write cart bread at QUORUM in us-east-1
    read cart at QUORUM in eu-west-1
    write cart milk at QUORUM
    heal
    run until converged

    """
}
