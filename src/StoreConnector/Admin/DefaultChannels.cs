using System.Text.Json.Nodes;
using StoreConnector.Core.Values;

namespace StoreConnector.Admin;

/// <summary>
/// How the messages of new stores leave: the operator's settings under <c>Channels:Email</c> and <c>Channels:Sms</c>,
/// with the same fields as a store's own. A store keeps its copy: a later change concerns later stores.
/// </summary>
internal sealed class DefaultChannels
{
    private static readonly string[] Numbers = ["monthlyBudget", "perMinute"];

    private readonly ChannelsApi channels;
    private readonly Dictionary<Channel, JsonBody> defaults = [];

    /// <exception cref="InvalidDataException">A default cannot be.</exception>
    public DefaultChannels(IConfiguration settings, ChannelsApi channels)
    {
        this.channels = channels;
        foreach (var (channel, path) in new[] { (Channel.Email, "Channels:Email"), (Channel.Sms, "Channels:Sms") })
        {
            if (settings.GetSection(path) is not { } section || !section.Exists()) { continue; }

            defaults[channel] = Read(section);
            if (channels.Problems(channel, defaults[channel]) is [var problem, ..])
            {
                throw new InvalidDataException(
                    $"{path}:{problem.Field} {problem.Value} is unknown or cannot be; use {problem.Allowed}.");
            }
        }
    }

    /// <summary>Gives a new store its copy.</summary>
    public async Task GiveAsync(string storeId, CancellationToken cancel)
    {
        foreach (var (channel, body) in defaults)
        {
            await channels.SetAsync(storeId, channel, body, cancel);
        }
    }

    private static JsonBody Read(IConfigurationSection section)
    {
        var fields = new JsonObject();
        foreach (var child in section.GetChildren())
        {
            var name = char.ToLowerInvariant(child.Key[0]) + child.Key[1..];
            fields[name] = name == "credentials" ? Credentials(child)
                : Numbers.Contains(name) && int.TryParse(child.Value, out var number) ? number
                : bool.TryParse(child.Value, out var flag) ? flag : child.Value;
        }

        return JsonBody.Parse(System.Text.Encoding.UTF8.GetBytes(fields.ToJsonString()));
    }

    private static JsonObject Credentials(IConfigurationSection section) => new(section.GetChildren()
        .Select(c => KeyValuePair.Create(char.ToLowerInvariant(c.Key[0]) + c.Key[1..], (JsonNode?)c.Value)));
}
