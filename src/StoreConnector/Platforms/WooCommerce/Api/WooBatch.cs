using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce.Api;

/// <summary>Changes of one kind of thing in one call, at most <see cref="WooApi.PageSize"/> in all.</summary>
internal sealed record WooBatch
{
    private static readonly string[] Parts = ["create", "update", "delete"];

    /// <summary>New ones.</summary>
    public IReadOnlyList<object> Create { get; init; } = [];

    /// <summary>Changes, each with its <c>id</c>.</summary>
    public IReadOnlyList<object> Update { get; init; } = [];

    /// <summary>Ids of what is removed.</summary>
    public IReadOnlyList<long> Delete { get; init; } = [];

    /// <summary>The call.</summary>
    /// <param name="resource">For example <c>wc/v3/coupons</c>.</param>
    public WooCall Of(string resource) => Create.Count + Update.Count + Delete.Count is > 0 and <= WooApi.PageSize
        ? WooCall.Post(resource + "/batch", new { create = Create, update = Update, delete = Delete })
        : throw new InvalidOperationException($"A batch holds 1 to {WooApi.PageSize} items.");

    /// <summary>
    /// What became of each, in the order they were sent: the whole is answered 200 even when all of it was refused.
    /// </summary>
    public static IReadOnlyList<WooBatchItem> Read(JsonElement answer) =>
    [
        .. Parts.SelectMany(part => new Payload(answer)[part].Items).Select(item =>
            new WooBatchItem(item["id"].Id ?? 0, item["error"]["code"].Text)),
    ];
}

/// <summary>What became of one item of a batch.</summary>
/// <param name="Id">Its id; 0 for one that was not made.</param>
/// <param name="Error">WooCommerce's word for why not; null when it was done.</param>
internal sealed record WooBatchItem(long Id, string? Error);
