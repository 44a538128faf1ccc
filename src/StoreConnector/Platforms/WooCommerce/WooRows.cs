using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// Reads rows of the REST API as what a webhook would have said: they have the same shape and go to the same parser, so
/// that a thing means the same whichever way it came.
/// </summary>
/// <param name="parser">The store's.</param>
/// <param name="readAt">When it was asked for, by our clock.</param>
/// <param name="origin">How the events are to be taken.</param>
internal sealed class WooRows(IPlatformParser parser, DateTimeOffset readAt, EventOrigin origin)
{
    public const string Orders = "orders", Products = "products", Customers = "customers";

    /// <summary>
    /// Reads one row. Its events' ids are made of what they say, not of the row's bytes: WooCommerce shuffles
    /// <c>related_ids</c>. The same content has the same id, whenever and for whatever purpose it was read.
    /// </summary>
    /// <param name="resource">One of the names above.</param>
    /// <param name="row">As the site gave it.</param>
    public Parsed Read(string resource, JsonElement row)
    {
        var id = new Payload(row)["id"].Id;
        var topic = resource switch
        {
            Orders => "order.updated", Customers => "customer.updated", _ => "product.updated",
        };
        var name = FormattableString.Invariant($"rest-{resource}-{id}-");
        var delivery = new Delivery(name + new string('0', 32), topic, null, readAt,
            Encoding.UTF8.GetBytes(row.GetRawText())) { Origin = origin };
        var parsed = parser.Parse(delivery);
        return parsed is Parsed.Events(var events) ? new Parsed.Events(Named(name, events)) : parsed;
    }

    /// <summary>What a webhook says of a thing that is gone.</summary>
    /// <param name="resource">Which kind.</param>
    /// <param name="id">Which.</param>
    /// <param name="at">When it was found to be gone, by the site's clock.</param>
    public Parsed Removal(string resource, long id, DateTimeOffset at) => parser.Parse(new(
        FormattableString.Invariant($"gone-{resource}-{id}-{at.UtcTicks}"),
        resource == Orders ? "order.deleted" : "product.deleted", at, readAt,
        Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"id\":{id}}}"))) { Origin = origin });

    /// <summary>
    /// A row of a product's variations as <c>/products/{id}</c> and the webhooks give a variation: its only picture in
    /// a list, and whose it is, which older sites leave out.
    /// </summary>
    public static JsonElement Variation(JsonElement row, long parent)
    {
        if (row.ValueKind != JsonValueKind.Object) { return row; }

        var whole = JsonObject.Create(row)!;
        whole["type"] ??= "variation";
        whole["parent_id"] ??= parent;
        whole["name"] ??= "";
        if (whole["images"] is null && whole["image"] is JsonObject picture)
        {
            whole["images"] = new JsonArray(picture.DeepClone());
        }

        return JsonSerializer.SerializeToElement(whole);
    }

    private static List<StoreEvent> Named(string name, IReadOnlyList<StoreEvent> events)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var one in events)
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(one.Body, EventJson.Options));
        }

        var id = name + Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
        return [.. events.Select((e, number) => e with
        {
            Id = number == 0 ? id : FormattableString.Invariant($"{id}#{number}"),
        })];
    }
}
