using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Customers;

/// <summary>
/// What stands at a customer's key. Absence is not state: what was merged or erased leaves a stone (docs/protocols.md
/// R7).
/// </summary>
public abstract record Head
{
    /// <summary>A person.</summary>
    /// <param name="State">What we know.</param>
    public sealed record Live(CustomerState State) : Head;

    /// <summary>Merged into another. For ever.</summary>
    /// <param name="Into">The survivor's key.</param>
    /// <param name="Frozen">What has yet to be moved; null when the move is complete.</param>
    public sealed record Signpost(string Into, CustomerState? Frozen) : Head;

    /// <summary>Erased. For ever, though a later life may begin in the same record.</summary>
    /// <param name="At">Everything that happened up to then is forgotten.</param>
    /// <param name="Aliases">Alias hashes still to be marked; empty when erasure is complete.</param>
    /// <param name="Absorbed">Merged customers still to be cleared; empty when erasure is complete.</param>
    public sealed record Tombstone(DateTimeOffset At, ImmutableSortedSet<string> Aliases,
        ImmutableSortedSet<string> Absorbed) : Head;
}

/// <summary>Where an alias leads.</summary>
/// <param name="Root">The customer's key; follow signposts from there.</param>
/// <param name="ErasedAt">Events up to then are forgotten.</param>
/// <param name="Shared">Several accounts use it: it ties nobody any more.</param>
/// <param name="Version">For a token: the version of the cart or order that named this owner.</param>
public sealed record AliasRow(
    string Root,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ErasedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Shared = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Version = null);
